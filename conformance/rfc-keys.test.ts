/** Keys and thumbprints printed in RFC 7517 appendix A, RFC 7638 section 3.1, RFC 8037 appendix A.3 and RFC 9964. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Algorithm,
  decryptionKeys,
  jwksKeys,
  KeyError,
  type KeyErrorCode,
  secretKeys,
} from '@portcullis/token';
import { readKeyVectors, readVectors } from './vector-files.ts';

const rfc7517 = readKeyVectors('rfc7517');

function keyNamed(name: string): Readonly<Record<string, unknown>> {
  const found = rfc7517.find((vector) => vector.name === name);
  assert.ok(found !== undefined, name);
  return found.jwk;
}

function withCode(code: KeyErrorCode): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof KeyError, String(error));
    assert.equal(error.code, code);
    return true;
  };
}

const ALGORITHMS: readonly Algorithm[] = ['RS256', 'ES256'];

/** What our key policy says to each as a key that verifies. */
const VERDICTS: readonly (readonly [name: string, verdict: KeyErrorCode | 'accepted'])[] = [
  ['A.1 EC', 'key_use'],
  ['A.1 RSA', 'accepted'],
  ['A.2 EC', 'key_private'],
  ['A.2 RSA', 'key_private'],
  ['A.3 AES', 'key_symmetric'],
  ['A.3 HMAC', 'key_symmetric'],
];

test('every key of RFC 7517 has a verdict', () => {
  assert.deepEqual(
    rfc7517.map(({ name }) => name),
    VERDICTS.map(([name]) => name),
  );
});

for (const [name, verdict] of VERDICTS) {
  test(`rfc7517 ${name} in a key set: ${verdict}`, async () => {
    const keys = jwksKeys({ keys: [keyNamed(name)] }, { algorithms: ALGORITHMS });
    if (verdict === 'accepted') assert.equal((await keys).status().keys, 1);
    else await assert.rejects(keys, withCode(verdict));
  });
}

test('rfc7517: the EC key is fit to verify once it does not say that it is for encryption', async () => {
  const { use, ...jwk } = keyNamed('A.1 EC');
  assert.equal(use, 'enc');
  const keys = await jwksKeys({ keys: [jwk] }, { algorithms: ALGORITHMS });
  assert.equal((await keys.find('ES256', '1')).length, 1);
});

test('rfc7517: the printed HMAC secret is refused as a secret', async () => {
  const secret = `base64url:${String(keyNamed('A.3 HMAC')['k'])}`;
  await assert.rejects(secretKeys([secret], { algorithms: ['HS256'] }), withCode('secret_known'));
});

test('rfc7517: the keys that say enc or A128KW are fit to decrypt, the private RS256 key is not', async () => {
  const options = { algorithms: ['ECDH-ES', 'A128KW', 'RSA-OAEP-256'], encryptions: ['A256GCM'] } as const;
  const keys = await decryptionKeys({ keys: [keyNamed('A.2 EC'), keyNamed('A.3 AES')] }, options);
  assert.equal((await keys.find('ECDH-ES', 'A256GCM', '1')).length, 1);
  assert.equal((await keys.find('A128KW', 'A256GCM', undefined)).length, 1);
  await assert.rejects(decryptionKeys({ keys: [keyNamed('A.2 RSA')] }, options), withCode('key_alg'));
});

/** The RFC 7638 thumbprint is part of the name under which the cache and revocation know a key. */
const THUMBPRINTS: readonly (readonly [from: string, jwk: object, alg: Algorithm, thumbprint: string])[] = [
  ['RFC 7638 section 3.1', keyNamed('A.1 RSA'), 'RS256', 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs'],
  ['RFC 8037 appendix A.3', publicJwkOf('rfc8037'), 'EdDSA', 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'],
  ['RFC 9964', publicJwkOf('rfc9964'), 'ML-DSA-44', 'T4xl70S7MT6Zeq6r9V9fPJGVn76wfnXJ21-gyo0Gu6o'],
];

function publicJwkOf(file: string): object {
  const [vector] = readVectors(file);
  assert.ok(vector?.publicJwk !== undefined);
  return vector.publicJwk;
}

for (const [from, jwk, alg, thumbprint] of THUMBPRINTS) {
  test(`the thumbprint of ${from} is the one that a key is known by`, async () => {
    const keys = await jwksKeys({ keys: [jwk] }, { algorithms: [alg] });
    const [key] = await keys.find(alg, undefined);
    assert.ok(key !== undefined);
    const [, , known]: unknown[] = JSON.parse(key.id);
    assert.equal(known, thumbprint);
  });
}
