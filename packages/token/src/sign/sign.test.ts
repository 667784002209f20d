import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import {
  decodeUnverified,
  generateKey,
  KeyError,
  type KeyErrorCode,
  type PrivateJwk,
  sign,
  TokenError,
} from '../index.ts';
import { goodClaims } from '../testing/issuer.ts';

test('a new key says what it is for and is named by its thumbprint (RFC 7638)', async () => {
  for (const alg of ['RS256', 'ES256', 'Ed25519', 'ML-DSA-65'] as const) {
    const { privateJwk, publicJwk } = await generateKey(alg);
    assert.equal(publicJwk.alg, alg);
    assert.equal(publicJwk.use, 'sig');
    assert.match(publicJwk.kid, /^[A-Za-z0-9_-]{43}$/);
    assert.equal(privateJwk.kid, publicJwk.kid);
    const secret = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'priv'];
    assert.ok(secret.some((name) => name in privateJwk));
    assert.ok(secret.every((name) => !(name in publicJwk)));
  }
  assert.equal((await generateKey('ES256', { kid: 'mine' })).publicJwk.kid, 'mine');
  assert.equal(Buffer.from((await generateKey('RS256')).publicJwk.n ?? '', 'base64url').length, 256);
});

test('signs the claims as they are under alg, typ and kid', async () => {
  const { privateJwk } = await generateKey('ES256', { kid: 'k' });
  const claims = goodClaims({ 'https://example.com/roles': ['a', { b: null }], text: 'é😀\u0000' });
  const { header, claims: shown } = decodeUnverified(await sign(claims, { key: privateJwk }));
  assert.deepEqual(header, { alg: 'ES256', typ: 'at+jwt', kid: 'k' });
  assert.deepEqual(shown, claims);
  const typed = decodeUnverified(await sign(claims, { key: privateJwk, typ: 'JWT' }));
  assert.equal(typed.header['typ'], 'JWT');
});

test('refuses to sign with a key that is weak, public, broken or of no known algorithm', async () => {
  const { privateJwk, publicJwk } = await generateKey('ES256');
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'jwk' });
  const cases: readonly (readonly [object, KeyErrorCode])[] = [
    [{ ...short, alg: 'RS256', kid: 'k' }, 'key_too_short'],
    [publicJwk, 'key_malformed'],
    [{ ...privateJwk, d: 'AAAA' }, 'key_malformed'],
    [{ ...privateJwk, alg: 'ES384' }, 'key_malformed'],
    [{ ...privateJwk, alg: 'none' }, 'key_alg'],
    [{ kty: 'oct', k: 'A'.repeat(43), alg: 'HS256', kid: 'k' }, 'key_symmetric'],
  ];
  for (const [jwk, code] of cases) {
    // @ts-expect-error a caller without types
    const key: PrivateJwk = jwk;
    await assert.rejects(
      sign(goodClaims(), { key }),
      (error) => error instanceof KeyError && error.code === code,
      code,
    );
  }
});

test('decodes a token for display without verifying it, also an unsigned one', () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const unsigned = `${part({ alg: 'none' })}.${part({ sub: 'x' })}.`;
  assert.deepEqual(decodeUnverified(unsigned), {
    header: { alg: 'none' },
    claims: { sub: 'x' },
    signature: '',
  });
});

test('refuses to decode what is malformed, for the reason verify would give', () => {
  const cases = [
    ['', 'token_malformed'],
    ['a.b', 'token_malformed'],
    ['a.b.c.d.e', 'token_encrypted'],
    ['e30.e30.A', 'token_malformed'],
    ['W10.e30.AA', 'header_malformed'],
    ['e30.W10.AA', 'payload_malformed'],
    ['A'.repeat(20_000), 'token_too_large'],
  ] as const;
  for (const [text, code] of cases) {
    assert.throws(
      () => decodeUnverified(text),
      (error) => error instanceof TokenError && error.code === code,
      text,
    );
  }
});
