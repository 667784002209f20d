import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { openAttacked, TOGETHER } from '../support/attacked.ts';
import { claims, forge, segment } from '../support/forge.ts';
import type { Answer, Attempt } from '../support/wire.ts';

const edge = await openAttacked({ policy: ', requiredClaims: [tenant]' });
const token = edge.token({ tenant: 'a' });
const now = Math.floor(Date.now() / 1000);
const none = () => new Uint8Array();
const rich = (changes: Record<string, unknown>, header?: Record<string, unknown>) =>
  edge.token({ tenant: 'a', ...changes }, header);

/** One token for each reason for which a token is refused. */
const FAILURES: [reason: string, token: string][] = [
  ['credential_malformed', 'a b'],
  ['token_too_large', '.'.repeat(17_000)],
  ['token_malformed', 'opaque'],
  ['token_encrypted', '....'],
  ['header_too_large', rich({}, { pad: 'a'.repeat(5000) })],
  ['header_malformed', `${segment('{"alg":1,"alg":2}')}.e30.AA`],
  ['header_critical', rich({}, { crit: ['exp'] })],
  ['alg_unsupported', forge({ alg: 'none' }, claims(), none)],
  ['payload_malformed', forge(edge.header, '[]', edge.sign)],
  ['issuer_unknown', rich({ iss: 'https://evil.test' })],
  ['alg_not_allowed', rich({}, { alg: 'HS256' })],
  ['typ_not_allowed', rich({}, { typ: 'JWT' })],
  ['kid_unknown', rich({}, { kid: 'x' })],
  ['signature_invalid', forge(edge.header, claims(), () => new Uint8Array(64))],
  ['token_kind_refused', rich({ at_hash: 'x' })],
  ['binding_unsupported', rich({ cnf: { jkt: 'x' } })],
  ['claim_malformed', rich({ sub: 1 })],
  ['exp_missing', rich({ exp: undefined })],
  ['token_expired', rich({ exp: now - 100 })],
  ['token_not_yet_valid', rich({ nbf: now + 100 })],
  ['iat_in_future', rich({ iat: now + 100 })],
  ['lifetime_too_long', rich({ exp: now + 1e6 })],
  ['audience_missing', rich({ aud: undefined })],
  ['audience_mismatch', rich({ aud: 'https://other.test' })],
  ['claim_missing', edge.token()],
];

/** Everything in an answer that may not differ. */
function essence(answer: Answer): string {
  const id = answer.header('x-request-id') ?? assert.fail('no request id');
  const lines = answer.fields.filter((line) => !/^date:/i.test(line));
  return [answer.status, ...lines, '', answer.body].join('\n').replaceAll(id, '<id>');
}

async function answerTo(attempt: Attempt, status: number, reason: string): Promise<string> {
  const { answer } = await edge.refuses(attempt, status, reason);
  return essence(answer);
}

const expected = await answerTo({ token: edge.token() }, 401, 'claim_missing');

describe('a client whose token fails learns nothing from the answer', TOGETHER, () => {
  for (const [reason, failing] of FAILURES) {
    it(`not that it is ${reason}`, async () => {
      assert.equal(await answerTo({ token: failing }, 401, reason), expected);
    });
  }

  it('nor whether the route is there', async () => {
    const failing = rich({ exp: 1 });
    for (const target of [
      '/orders/42',
      '/orders/a/b/c',
      '/orders',
      '/orders/news',
      '/billing/1',
      '/billing/a/b',
    ]) {
      assert.equal(await answerTo({ token: failing, target }, 401, 'token_expired'), expected, target);
    }
  });

  it('nor which methods it has', async () => {
    const failing = rich({ exp: 1 });
    for (const method of ['POST', 'DELETE', 'PATCH', 'OPTIONS']) {
      const attempt = { token: failing, method, fields: ['Content-Length: 0'] };
      assert.equal(await answerTo(attempt, 401, 'token_expired'), expected, method);
    }
  });

  it('nor, without a token, whether the route is there or which methods it has', async () => {
    const without = await answerTo({}, 401, 'credential_missing');
    for (const target of ['/orders/a/b/c', '/orders', '/billing/1', '/billing/a/b']) {
      assert.equal(await answerTo({ target }, 401, 'credential_missing'), without, target);
    }
    const attempt = { method: 'DELETE', fields: ['Content-Length: 0'] };
    assert.equal(await answerTo(attempt, 401, 'credential_missing'), without);
  });

  it('only that it is a token that fails', () => {
    assert.match(expected, /^401\n/);
    assert.match(expected, /www-authenticate: Bearer realm="api", error="invalid_token"\n/i);
    assert.match(
      expected,
      /\n\{"type":"about:blank","title":"Unauthorized","status":401,"requestId":"<id>"\}$/,
    );
    for (const [reason] of FAILURES) assert.ok(!expected.includes(reason));
  });

  it('while a good one passes', async () => {
    await edge.admits({ token });
  });
});

test('nothing of this reaches the upstream or a log', () => edge.assertQuiet());
