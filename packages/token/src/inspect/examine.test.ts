import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { CHECKS, createVerifier, type IssuerPolicy, jwksKeys, TokenError } from '../index.ts';
import { forge, hmacSigner } from '../testing/forge.ts';
import { AUDIENCE, EXPECTED, goodClaims, ISSUER, makeIssuer, NOW } from '../testing/issuer.ts';
import { type Examination, examine } from './examine.ts';
import { lenientJwks, lenientSecrets } from './lenient-keys.ts';

const issuer = await makeIssuer('ES256');
const { header, signer, publicJwk } = issuer;
const policy: IssuerPolicy = {
  issuer: ISSUER,
  algorithms: ['ES256'],
  keys: await jwksKeys({ keys: [publicJwk] }, { algorithms: ['ES256'] }),
  requiredClaims: ['client_id'],
};

function look(token: string): Promise<Examination> {
  return examine(token, { issuers: [policy], expected: EXPECTED, now: NOW });
}

function failedOf({ checks }: Examination): unknown[] {
  return checks.flatMap(({ check, code }) => (code === undefined ? [] : [[check, code]]));
}

test('a good token passes every check but those it has no need of', async () => {
  const seen = await look(await forge(header, goodClaims(), signer));
  assert.equal(seen.code, undefined);
  assert.deepEqual(
    seen.checks.map(({ check }) => check),
    CHECKS,
  );
  for (const { check, result } of seen.checks) {
    assert.equal(result, ['encryption', 'decryption'].includes(check) ? 'not_needed' : 'passed', check);
  }
  assert.equal(seen.key?.kid, publicJwk.kid);
  assert.deepEqual(seen.checks.find(({ check }) => check === 'audience')?.input, { aud: AUDIENCE });
});

test('tells everything that is wrong, in the order of the checks', async () => {
  const claims = goodClaims({ exp: NOW - 100, nbf: NOW + 100, aud: 'other', client_id: undefined });
  const seen = await look(await forge({ ...header, typ: 'JWT' }, claims, signer));
  assert.deepEqual(failedOf(seen), [
    ['type', 'typ_not_allowed'],
    ['expiry', 'token_expired'],
    ['not_before', 'token_not_yet_valid'],
    ['audience', 'audience_mismatch'],
    ['required_claims', 'claim_missing'],
  ]);
  assert.equal(seen.code, 'typ_not_allowed');
});

test('holds a token of a stranger to the one policy there is', async () => {
  const seen = await look(await forge(header, goodClaims({ iss: undefined, exp: NOW - 60 }), signer));
  assert.deepEqual(failedOf(seen), [
    ['issuer', 'issuer_unknown'],
    ['expiry', 'token_expired'],
  ]);
  assert.equal(seen.checks.find(({ check }) => check === 'signature')?.result, 'passed');
});

test('checks the signature over what is no claims set', async () => {
  const seen = await look(forge(header, 'no JSON', signer));
  assert.deepEqual(failedOf(seen), [['payload', 'payload_malformed']]);
  assert.equal(seen.checks.find(({ check }) => check === 'signature')?.result, 'passed');
});

test('goes on to the claims of a token that is not signed at all', async () => {
  const seen = await look(
    `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(goodClaims({ exp: 5 }))).toString('base64url')}.`,
  );
  assert.deepEqual(failedOf(seen), [
    ['algorithm', 'alg_unsupported'],
    ['expiry', 'token_expired'],
  ]);
  assert.equal(seen.checks.find(({ check }) => check === 'signature')?.result, 'not_reached');
  assert.equal(seen.checks.find(({ check }) => check === 'parts')?.result, 'passed');
});

describe('refuses first with what a verifier refuses with', async () => {
  const verifier = createVerifier({ issuers: [policy], clock: () => NOW });
  const good = await forge(header, goodClaims(), signer);
  const [encodedHeader = '', payload = '', signature = ''] = good.split('.');
  const other = (await makeIssuer('ES256')).signer;
  const encoded = (text: string): string => Buffer.from(text).toString('base64url');
  const tokens: Record<string, string> = {
    good,
    empty: '',
    'two parts': `${encodedHeader}.${payload}`,
    'five parts': `${good}.a.b`,
    'too large': `${good}${'A'.repeat(20_000)}`,
    padded: `${encodedHeader}=.${payload}.${signature}`,
    'header no JSON': `${encoded('{')}.${payload}.${signature}`,
    'large header': `${encoded(JSON.stringify({ a: 'x'.repeat(5000) }))}.${payload}.${signature}`,
    'payload no JSON': `${encodedHeader}.${encoded('[]')}.${signature}`,
    tampered: `${encodedHeader}.${encoded(JSON.stringify(goodClaims({ sub: 'root' })))}.${signature}`,
    'another key': await forge(header, goodClaims(), other),
    'unknown kid': await forge({ ...header, kid: 'x' }, goodClaims(), signer),
    'another issuer': await forge(header, goodClaims({ iss: 'x' }), signer),
    'another algorithm': `${encoded('{"alg":"RS256","typ":"at+jwt"}')}.${payload}.${signature}`,
    crit: await forge({ ...header, crit: ['x'], x: 1 }, goodClaims(), signer),
    expired: await forge(header, goodClaims({ exp: NOW - 60 }), signer),
    'no exp': await forge(header, goodClaims({ exp: undefined }), signer),
    'long life': await forge(header, goodClaims({ exp: NOW + 10_000_000 }), signer),
    'id token': await forge(header, goodClaims({ nonce: 'n', at_hash: 'x' }), signer),
    bound: await forge(header, goodClaims({ cnf: {} }), signer),
    'bad type': await forge(header, goodClaims({ exp: 'tomorrow' }), signer),
    'no audience': await forge(header, goodClaims({ aud: undefined }), signer),
    'no client_id': await forge(header, goodClaims({ client_id: undefined }), signer),
  };
  for (const [name, token] of Object.entries(tokens)) {
    test(name, async () => {
      const verdict = await verifier.verify(token, EXPECTED).then(
        () => undefined,
        (error: unknown) => (error instanceof TokenError ? error.code : error),
      );
      const seen = await look(token);
      assert.equal(seen.code, verdict);
      assert.equal(name === 'good', verdict === undefined);
    });
  }
});

test('checks a signature under keys that no verifier takes, and says so', async () => {
  const secret = new TextEncoder().encode('secret');
  const keys = await lenientSecrets([secret], ['HS256']);
  const token = await forge({ alg: 'HS256', typ: 'at+jwt' }, goodClaims(), hmacSigner(secret));
  const seen = await examine(token, {
    issuers: [{ issuer: ISSUER, algorithms: ['HS256'], keys: keys.source }],
    expected: EXPECTED,
    now: NOW,
  });
  assert.equal(seen.code, undefined);
  assert.equal(seen.key && keys.refusalOf(seen.key)?.code, 'secret_too_short');
  assert.deepEqual(
    keys.refused.map(({ index, error }) => [index, error.code]),
    [[0, 'secret_too_short']],
  );
});

test('a key set with a key that no verifier takes keeps the others', async () => {
  const keys = await lenientJwks({ keys: [{ ...publicJwk, use: 'enc', kid: 'enc' }, publicJwk, 7] }, [
    'ES256',
  ]);
  assert.deepEqual(
    keys.refused.map(({ index, error }) => [index, error.code]),
    [
      [0, 'key_use'],
      [2, 'key_malformed'],
    ],
  );
  const [good] = await keys.source.find('ES256', publicJwk.kid);
  assert.ok(good);
  assert.equal(keys.refusalOf(good), undefined);
});

test('an RSA key that is too short is told, and nothing is computed with it', async () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const keys = await lenientJwks({ keys: [publicKey.export({ format: 'jwk' })] }, ['RS256']);
  assert.deepEqual(
    keys.refused.map(({ error }) => error.code),
    ['key_too_short'],
  );
  assert.throws(() => keys.source.find('RS256', undefined), TokenError);
});
