import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TOKEN_ERRORS, TokenError, type TokenErrorCode, type Verifier } from '@portcullis/token';
import { createGuard } from '../decide/guard.ts';
import { REASONS } from '../errors.ts';
import { createLimiter } from '../limit/limiter.ts';
import { ordersApi, request, snapshotOf } from '../testing/bench.ts';
import { answer } from './answer.ts';

const ID = 'req-1';

/** Name, value pairs as an object. */
function fields(headers: readonly string[]): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (let index = 0; index < headers.length; index += 2)
    pairs[headers[index] ?? ''] = headers[index + 1] ?? '';
  return pairs;
}

describe('answer', () => {
  it('is a problem that says no more than its status', () => {
    const { status, headers, body } = answer({ status: 404, reason: 'route_not_found' }, ID);
    assert.equal(status, 404);
    assert.equal(body, '{"type":"about:blank","title":"Not Found","status":404,"requestId":"req-1"}');
    assert.deepEqual(fields(headers), {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-request-id': ID,
    });
  });

  it('never tells a reason to the client', () => {
    for (const [reason, { status }] of Object.entries(REASONS)) {
      const { headers, body } = answer({ status, reason, retryAfter: 1, allow: ['GET'] }, ID);
      assert.ok(![body, ...headers].some((text) => text.includes(reason)), reason);
    }
  });

  it('challenges without an error when no token was sent, as RFC 6750 §3.1 asks', () => {
    for (const reason of ['credential_missing', 'credential_scheme']) {
      assert.equal(
        fields(answer({ status: 401, reason }, ID).headers)['www-authenticate'],
        'Bearer realm="api"',
      );
    }
  });

  it('challenges with the error that fits', () => {
    const challenge = (status: number, reason: string) =>
      fields(answer({ status, reason }, ID).headers)['www-authenticate'];
    assert.equal(challenge(401, 'token_expired'), 'Bearer realm="api", error="invalid_token"');
    assert.equal(challenge(401, 'credential_malformed'), 'Bearer realm="api", error="invalid_token"');
    assert.equal(challenge(400, 'credential_ambiguous'), 'Bearer realm="api", error="invalid_request"');
    assert.equal(challenge(400, 'path_ambiguous'), undefined);
    for (const reason of ['scope_missing', 'role_missing', 'claim_rule_failed', 'header_value_unsafe']) {
      assert.equal(challenge(403, reason), 'Bearer realm="api", error="insufficient_scope"');
    }
    assert.equal(challenge(403, 'cors_origin_denied'), undefined);
  });

  it('tells the methods of a 405, when to come back, and what CORS asks for', () => {
    assert.equal(
      fields(answer({ status: 405, reason: 'x', allow: ['GET', 'HEAD'] }, ID).headers)['allow'],
      'GET, HEAD',
    );
    assert.equal(fields(answer({ status: 429, reason: 'x', retryAfter: 3 }, ID).headers)['retry-after'], '3');
    assert.equal(fields(answer({ status: 503, reason: 'x', retryAfter: 5 }, ID).headers)['retry-after'], '5');
    const { headers } = answer({ status: 401, reason: 'x', responseHeaders: ['vary', 'Origin'] }, ID);
    assert.equal(fields(headers)['vary'], 'Origin');
  });

  it('reads the same, byte for byte, for every refused token', async () => {
    const snapshot = snapshotOf(ordersApi('{ match: "GET /" }'));
    const codes = Object.keys(TOKEN_ERRORS)
      .filter(isTokenCode)
      .filter((code) => REASONS[code].status === 401);
    assert.ok(codes.length > 20);
    const answers = new Set<string>();
    for (const code of codes) {
      const error = new TokenError(code, {
        detail: { exp: 1 },
        seen: { sub: code, iss: 'x' },
        verified: true,
      });
      const verifier: Pick<Verifier, 'verifyNow'> = { verifyNow: () => Promise.reject(error) };
      const guard = createGuard({ snapshot, verifier, limiter: createLimiter() });
      const denial = await guard.decide(request('GET /orders', 'a.b.c'));
      assert.ok(denial.kind === 'deny' && denial.reason === code);
      answers.add(JSON.stringify(answer(denial, ID)));
    }
    const malformed = await createGuard({
      snapshot,
      verifier: { verifyNow: () => Promise.reject(new TokenError('token_malformed')) },
      limiter: createLimiter(),
    }).decide(request('GET /orders', 'a b'));
    assert.ok(malformed.kind === 'deny' && malformed.reason === 'credential_malformed');
    answers.add(JSON.stringify(answer(malformed, ID)));
    assert.equal(answers.size, 1);
  });
});

function isTokenCode(code: string): code is TokenErrorCode {
  return Object.hasOwn(TOKEN_ERRORS, code);
}
