/**
 * Signatures printed in the standards: RFC 7515 A.1 to A.4, RFC 7520 4.1 to 4.4, RFC 8037 A.4 and A.5, RFC 9964. Most sign
 * text that is no JWT, so they are checked one layer below the verifier; no such function is in the public face.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createVerifier, jwksKeys, KeyError, secretKeys, TokenError } from '@portcullis/token';
import { inspectPublicJwk } from '../packages/token/src/jwk/key-policy.ts';
import {
  importPublicJwk,
  importSecret,
  type VerificationKey,
} from '../packages/token/src/jwk/verification-key.ts';
import { splitToken } from '../packages/token/src/jws/compact.ts';
import { bent } from './bent.ts';
import { signedByAll } from './testing/signed-by-all.ts';
import { readVectors, type Vector } from './vector-files.ts';

async function keyOf({ alg, publicJwk, secret }: Vector): Promise<VerificationKey> {
  const keys =
    publicJwk === undefined
      ? await importSecret(new Uint8Array(Buffer.from(secret ?? '', 'base64url')), [alg], 'vector')
      : await importPublicJwk(inspectPublicJwk(publicJwk, [alg]));
  const [key] = keys;
  assert.ok(key !== undefined && keys.length === 1);
  return key;
}

for (const file of ['rfc7515', 'rfc7520', 'rfc8037', 'rfc9964']) {
  for (const vector of readVectors(file)) {
    test(`${file} ${vector.name}: the signature verifies, and with one bit turned it does not`, async () => {
      const key = await keyOf(vector);
      const signed = (text: string) => signedByAll({ text, ...splitToken(text) }, key);
      assert.equal(await signed(vector.compact), true);
      for (const part of [1, 2]) assert.equal(await signed(bent(vector.compact, part)), false);
    });
  }
}

/** The claims of RFC 7515 A.1 to A.3 expire at 1300819380. */
const JUST_BEFORE = 1_300_819_379;
const jwts = readVectors('rfc7515').filter(({ alg }) => alg !== 'ES512');

for (const { name, alg, publicJwk, compact } of jwts.filter((vector) => vector.publicJwk !== undefined)) {
  test(`rfc7515 ${name}: the JWT passes the verifier of its time, and no later one`, async () => {
    const keys = await jwksKeys({ keys: [publicJwk] }, { algorithms: [alg] });
    const at = (now: number) =>
      createVerifier({
        issuers: [
          { issuer: 'joe', algorithms: [alg], keys, types: ['none'], audienceOptional: true, clockSkew: 0 },
        ],
        clock: () => now,
      });
    const { claims } = await at(JUST_BEFORE).verify(compact, { audience: 'any' });
    assert.deepEqual(claims, { iss: 'joe', exp: 1_300_819_380, 'http://example.com/is_root': true });
    await assert.rejects(
      at(JUST_BEFORE + 1).verify(compact, { audience: 'any' }),
      (error) => error instanceof TokenError && error.code === 'token_expired',
    );
  });
}

test('the secrets printed in the standards are refused as secrets', async () => {
  const secrets = [...readVectors('rfc7515'), ...readVectors('rfc7520')].flatMap(
    ({ secret }) => secret ?? [],
  );
  assert.equal(secrets.length, 2);
  for (const secret of secrets) {
    await assert.rejects(
      secretKeys([`base64url:${secret}`], { algorithms: ['HS256'] }),
      (error) => error instanceof KeyError && error.code === 'secret_known',
    );
  }
});
