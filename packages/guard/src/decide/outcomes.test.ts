import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { outcome, request } from '../testing/bench.ts';
import { clerk, elsewhere, expired, forged, guard, guest, reader, split } from '../testing/orders.ts';

describe('what a request gets', () => {
  const table: [line: string, token: string | undefined, result: string][] = [
    // Outside every basePath there is nothing to tell apart.
    ['GET /', undefined, '404 api_not_found'],
    ['GET /ordersX/1', reader, '404 api_not_found'],
    // Inside one, without a valid token, everything looks the same.
    ['GET /orders/1', undefined, '401 credential_missing'],
    ['GET /orders/no/such/route', undefined, '401 credential_missing'],
    ['DELETE /orders/1', undefined, '401 credential_missing'],
    ['GET /orders/1', expired, '401 token_expired'],
    ['GET /orders/no/such/route', expired, '401 token_expired'],
    ['GET /orders/1', elsewhere, '401 audience_mismatch'],
    ['GET /orders/1', forged, '401 signature_invalid'],
    ['GET /orders/1', 'not-a-token', '401 token_malformed'],
    // With one, the truth.
    ['GET /orders/1', reader, 'forward'],
    ['HEAD /orders/1', reader, 'forward'],
    ['GET /orders/no/such/route', reader, '404 route_not_found'],
    ['DELETE /orders/1', reader, '405 method_not_allowed'],
    ['GET /orders/1', clerk, '403 scope_missing'],
    ['POST /orders', clerk, 'forward'],
    ['POST /orders/', clerk, 'forward'],
    ['POST /orders', reader, '403 scope_missing'],
    ['POST /orders', guest, '403 role_missing'],
    ['GET /orders/by-user/jo', reader, 'forward'],
    ['GET /orders/by-user/%6Ao', reader, 'forward'],
    ['GET /orders/by-user/ann', reader, '403 claim_rule_failed'],
    ['PURGE /orders/files', reader, 'forward'],
    ['GET /orders/1', split, '403 header_value_unsafe'],
    // Public routes look at no token; optional ones refuse a bad one.
    ['GET /orders/health', undefined, 'forward'],
    ['GET /orders/health', forged, 'forward'],
    ['GET /orders/health?access_token=x', undefined, 'forward'],
    ['GET /orders/catalogue', undefined, 'forward'],
    ['GET /orders/catalogue', reader, 'forward'],
    ['GET /orders/catalogue', expired, '401 token_expired'],
    ['GET /orders/catalogue', clerk, '403 scope_missing'],
    ['GET /orders/catalogue?access_token=x', undefined, '400 credential_ambiguous'],
    // Shadow mode lets rules pass, never tokens.
    ['GET /orders/trial', reader, 'forward'],
    ['GET /orders/trial', expired, '401 token_expired'],
    ['GET /orders/trial', undefined, '401 credential_missing'],
    // An API of public routes has nothing to hide.
    ['GET /docs/a/b', undefined, 'forward'],
    ['POST /docs/a/b', undefined, '405 method_not_allowed'],
    ['POST /docs/a/b', forged, '405 method_not_allowed'],
    // Ambiguous or malformed: refused before any route is looked for.
    ['GET /orders/health/../1', reader, '400 path_ambiguous'],
    ['GET /orders/health/%2e%2e/1', reader, '400 path_ambiguous'],
    ['GET /orders/health%2F..%2F1', reader, '400 path_ambiguous'],
    ['GET /orders;x/1', reader, '400 path_ambiguous'],
    ['GET //orders/1', reader, '400 path_ambiguous'],
    ['GET /nowhere%00', undefined, '400 path_ambiguous'],
    ['OPTIONS *', undefined, '400 request_target_invalid'],
    ['GET http://evil.example/orders/1', reader, '400 request_target_invalid'],
    ['GET http://api.example.com/orders/1', reader, 'forward'],
    ['GET /orders/1?access_token=x', reader, '400 credential_ambiguous'],
  ];
  for (const [line, token, result] of table) {
    const who = token === undefined ? 'without a token' : `with ${nameOf(token)}`;
    it(`${line} ${who}: ${result}`, async () => {
      assert.equal(outcome(await guard.decide(request(line, token))), result);
      // The second time the token comes from the cache, and the answer is the same.
      assert.equal(outcome(await guard.decide(request(line, token))), result);
    });
  }

  it('two Authorization fields: 400', async () => {
    const head = request('GET /orders/1', reader, ['authorization', `Bearer ${reader}`]);
    assert.equal(outcome(await guard.decide(head)), '400 credential_ambiguous');
  });
});

function nameOf(token: string): string {
  const names = new Map([
    [reader, 'a reader'],
    [clerk, 'a clerk'],
    [guest, 'a guest'],
    [expired, 'an expired token'],
    [elsewhere, "another API's token"],
    [split, 'a subject that splits headers'],
    [forged, 'a forged token'],
  ]);
  return names.get(token) ?? token;
}
