import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  ALGORITHMS,
  CONTENT_ENCRYPTIONS,
  createVerifier,
  generateEncryptionKey,
  generateKey,
  jwksKeys,
  KEY_MANAGEMENT_ALGORITHMS,
  KeyError,
  secretKeys,
  TokenError,
} from '../index.ts';
import { isSymmetric } from '../jwa/algorithms.ts';
import { EXPECTED, goodClaims, ISSUER, NOW } from '../testing/issuer.ts';
import { compose } from './compose.ts';
import { decryptAnything, encryptAnything, MOST_PBES2_ROUNDS } from './encryption.ts';

const utf8 = new TextEncoder();
const claims = utf8.encode(JSON.stringify(goodClaims()));

describe('what is composed, a verifier takes', () => {
  for (const alg of ALGORITHMS) {
    test(alg, async () => {
      const secret = 'x9#kQ2!vB7$mN4@pL8^wR3&zT6*yF1(cJ5)hD0-gS+aEuIoKqWnMbVcXzLpO3rT7yU';
      const pair = isSymmetric(alg) ? undefined : await generateKey(alg);
      const keys = pair
        ? await jwksKeys({ keys: [pair.publicJwk] }, { algorithms: [alg] })
        : await secretKeys([secret], { algorithms: [alg] });
      const key = pair ? { ...pair.privateJwk } : utf8.encode(secret);
      const token = await compose(alg, JSON.stringify({ alg, typ: 'at+jwt' }), claims, key);
      const verifier = createVerifier({
        issuers: [{ issuer: ISSUER, algorithms: [alg], keys }],
        clock: () => NOW,
      });
      assert.equal((await verifier.verify(token, EXPECTED)).claims.sub, goodClaims().sub);
    });
  }
});

test('signs any header and any bytes, to the letter', async () => {
  const { privateJwk, publicJwk } = await generateKey('ES256');
  const header = '{"alg":"ES256", "x":1.0,"x":2}';
  const token = await compose('ES256', header, Uint8Array.of(255, 0), { ...privateJwk });
  const [encoded = '', payload = '', signature = ''] = token.split('.');
  assert.equal(Buffer.from(encoded, 'base64url').toString(), header);
  assert.equal(payload, '_wA');
  const key = createPublicKey({ key: { ...publicJwk }, format: 'jwk' });
  const signed = Buffer.from(`${encoded}.${payload}`);
  assert.ok(
    verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url')),
  );
});

test('tells a key that cannot sign with the algorithm', async () => {
  const { privateJwk, publicJwk } = await generateKey('ES256');
  const cases: [string, unknown, Uint8Array<ArrayBuffer> | Record<string, unknown>, string][] = [
    ['RS256 with an EC key', 'RS256', { ...privateJwk }, 'key_type'],
    ['ES384 with a P-256 key', 'ES384', { ...privateJwk }, 'key_type'],
    ['HS256 with an EC key', 'HS256', { ...privateJwk }, 'key_type'],
    ['ES256 with a secret', 'ES256', utf8.encode('secret'), 'key_type'],
    ['a public key', 'ES256', { ...publicJwk }, 'key_malformed'],
    ['an empty secret', 'HS256', new Uint8Array(), 'secret_too_short'],
    ['none', 'none', { ...privateJwk }, 'key_alg'],
  ];
  for (const [name, alg, key, code] of cases) {
    await assert.rejects(
      () => compose(alg, JSON.stringify({ alg }), claims, key),
      (error) => error instanceof KeyError && error.code === code,
      name,
    );
  }
});

describe('what is encrypted, opens with its key only', () => {
  for (const alg of KEY_MANAGEMENT_ALGORITHMS) {
    for (const enc of CONTENT_ENCRYPTIONS) {
      test(`${alg} ${enc}`, async () => {
        const { privateJwk, publicJwk } = await generateEncryptionKey(alg, enc);
        const header = { alg, enc };
        const token = await encryptAnything(utf8.encode('hello'), { header, key: { ...publicJwk } });
        assert.equal(
          new TextDecoder().decode(await decryptAnything(token, header, { ...privateJwk })),
          'hello',
        );
        const other = await generateEncryptionKey(alg, enc);
        await assert.rejects(
          () => decryptAnything(token, header, { ...other.privateJwk }),
          (error) => error instanceof TokenError && error.code === 'decryption_failed',
        );
      });
    }
  }
});

test('opens a password-based one, and computes no more rounds than a million', async () => {
  const password = utf8.encode('correct horse');
  const header = { alg: 'PBES2-HS256+A128KW', enc: 'A128GCM' } as const;
  const token = await encryptAnything(utf8.encode('hello'), { header, key: password });
  const made: unknown = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
  assert.ok(typeof made === 'object' && made !== null && 'p2c' in made);
  assert.ok(Number(made.p2c) <= MOST_PBES2_ROUNDS);
  assert.equal(new TextDecoder().decode(await decryptAnything(token, { ...made }, password)), 'hello');
  const costly = { ...made, p2c: MOST_PBES2_ROUNDS + 1 };
  const forged = [
    Buffer.from(JSON.stringify(costly)).toString('base64url'),
    ...token.split('.').slice(1),
  ].join('.');
  await assert.rejects(
    () => decryptAnything(forged, costly, password),
    (error) => error instanceof TokenError && error.code === 'encryption_unsupported',
  );
  // Whatever the caller says the header is, the one in the token counts.
  await assert.rejects(() => decryptAnything(forged, { alg: header.alg }, password), TokenError);
});

test('tells a key that cannot open it', async () => {
  const { publicJwk } = await generateEncryptionKey('RSA-OAEP-256', 'A128GCM');
  const header = { alg: 'RSA-OAEP-256', enc: 'A128GCM' } as const;
  const token = await encryptAnything(utf8.encode('hello'), { header, key: { ...publicJwk } });
  for (const key of [{ ...publicJwk }, utf8.encode('secret'), { kty: 'oct', k: 'c2VjcmV0' }]) {
    await assert.rejects(() => decryptAnything(token, header, key), KeyError);
  }
});
