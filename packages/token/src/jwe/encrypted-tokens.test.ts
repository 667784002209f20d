import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CompactEncrypt, compactDecrypt, importJWK } from 'jose';
import {
  CONTENT_ENCRYPTIONS,
  createVerifier,
  decryptionKeys,
  decryptionSecrets,
  encrypt,
  generateEncryptionKey,
  jwksKeys,
  KEY_MANAGEMENT_ALGORITHMS,
  type KeyManagementAlgorithm,
  TokenError,
} from '../index.ts';
import {
  AUDIENCE,
  EXPECTED,
  goodClaims,
  ISSUER,
  makeIssuer,
  NOW,
  refuses,
  tokenOf,
  verifierFor,
} from '../testing/issuer.ts';

const signer = await makeIssuer('ES256');
const signed = tokenOf(signer);

/** A verifier whose one issuer encrypts to `keys`. */
async function taking(keys: Awaited<ReturnType<typeof decryptionKeys>>, required = false) {
  return verifierFor([signer.publicJwk], { algorithms: ['ES256'], decryption: { keys, required } });
}

for (const alg of KEY_MANAGEMENT_ALGORITHMS) {
  for (const enc of CONTENT_ENCRYPTIONS) {
    test(`takes a signed token encrypted with ${alg} and ${enc}, made by us and by jose`, async () => {
      const { privateJwk, publicJwk } = await generateEncryptionKey(alg, enc);
      const options = { algorithms: [alg], encryptions: [enc] };
      const verifier = await taking(await decryptionKeys({ keys: [privateJwk] }, options));
      const ours = await encrypt(signed, { key: publicJwk, alg, enc });
      const theirs = await new CompactEncrypt(new TextEncoder().encode(signed))
        .setProtectedHeader({ alg, enc, cty: 'JWT', kid: String(publicJwk.kid) })
        .encrypt(await importJWK({ ...publicJwk }, alg === 'dir' ? enc : alg));
      for (const token of [ours, theirs]) {
        const verified = await verifier.verify(token, EXPECTED);
        assert.deepEqual(verified.claims, goodClaims());
        assert.deepEqual(verified.header, signer.header);
        assert.equal(verifier.recall(token, EXPECTED), verified);
      }
      const opened = await compactDecrypt(
        ours,
        await importJWK({ ...privateJwk }, alg === 'dir' ? enc : alg),
      );
      assert.equal(new TextDecoder().decode(opened.plaintext), signed);
    });
  }
}

test('takes X25519, and P-384 and P-521, for key agreement', async () => {
  const { generateKeyPairSync } = await import('node:crypto');
  const pairs = [
    generateKeyPairSync('x25519'),
    generateKeyPairSync('ec', { namedCurve: 'P-384' }),
    generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  ];
  for (const { privateKey, publicKey } of pairs) {
    const alg = 'ECDH-ES+A256KW';
    const options = { algorithms: [alg], encryptions: ['A256GCM'] } as const;
    const verifier = await taking(
      await decryptionKeys({ keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'enc' }] }, options),
    );
    const jwk = publicKey.export({ format: 'jwk' });
    const key = { ...jwk, kty: String(jwk.kty) };
    await verifier.verify(await encrypt(signed, { key, alg, enc: 'A256GCM' }), EXPECTED);
  }
});

test('shared keys may be given as secrets, and all of them decrypt', async () => {
  const secrets = [1, 2].map(() =>
    Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url'),
  );
  const options = { algorithms: ['dir', 'A256KW'], encryptions: ['A256GCM'] } as const;
  const verifier = await taking(
    await decryptionSecrets(
      secrets.map((one) => `base64url:${one}`),
      options,
    ),
  );
  for (const k of secrets) {
    for (const alg of options.algorithms) {
      const token = await encrypt(signed, { key: { kty: 'oct', k }, alg, enc: 'A256GCM' });
      await verifier.verify(token, EXPECTED);
    }
  }
});

test('an encrypted token of an issuer that must encrypt passes, and a plain one does not', async () => {
  const { verifier, seal } = await recipient('RSA-OAEP-256', true);
  await verifier.verify(await seal(signed), EXPECTED);
  const error = await refuses(verifier, signed, 'encryption_required');
  assert.equal(error.verified, false);
});

test('everything inside is checked as in a plain token, on the first use and on the next', async () => {
  const { verifier, seal } = await recipient('ECDH-ES');
  await refuses(verifier, await seal(tokenOf(signer, { exp: NOW - 10 })), 'token_expired');
  await refuses(verifier, await seal(tokenOf(signer, { aud: 'other' })), 'audience_mismatch');
  await refuses(verifier, await seal(tokenOf(signer, {}, { typ: 'JWT' })), 'typ_not_allowed');
  await refuses(verifier, await seal(`${signed.slice(0, -4)}AAAA`), 'signature_invalid');
  await refuses(verifier, await seal(tokenOf(signer, { iss: 'https://else.example' })), 'issuer_unknown');
});

test("refuses another issuer's token that was encrypted to the key meant for this one", async () => {
  const other = await makeIssuer('ES256');
  const mine = await generateEncryptionKey('ECDH-ES', 'A256GCM');
  const theirs = await generateEncryptionKey('ECDH-ES', 'A256GCM');
  const options = { algorithms: ['ECDH-ES'], encryptions: ['A256GCM'] } as const;
  const policy = async (issuer: string, jwk: object, key: object) => ({
    issuer,
    algorithms: ['ES256' as const],
    keys: await jwksKeys({ keys: [jwk] }, { algorithms: ['ES256'] }),
    decryption: { keys: await decryptionKeys({ keys: [key] }, options) },
  });
  const verifier = createVerifier({
    issuers: [
      await policy(ISSUER, signer.publicJwk, mine.privateJwk),
      await policy('https://other.example', other.publicJwk, theirs.privateJwk),
    ],
    clock: () => NOW,
  });
  const seal = (token: string, key: typeof mine) =>
    encrypt(token, { key: key.publicJwk, alg: 'ECDH-ES', enc: 'A256GCM' });
  const others = tokenOf(other, { iss: 'https://other.example' });
  await verifier.verify(await seal(signed, mine), { audience: AUDIENCE });
  await verifier.verify(await seal(others, theirs), { audience: AUDIENCE });
  await refuses(verifier, await seal(others, mine), 'encryption_foreign');
  await refuses(verifier, await seal(signed, theirs), 'encryption_foreign');
});

test('one key of ours may serve several issuers', async () => {
  const other = await makeIssuer('ES256');
  const { privateJwk, publicJwk } = await generateEncryptionKey('RSA-OAEP-256', 'A256GCM');
  const options = { algorithms: ['RSA-OAEP-256'], encryptions: ['A256GCM'] } as const;
  const keys = await decryptionKeys({ keys: [privateJwk] }, options);
  const again = await decryptionKeys({ keys: [privateJwk] }, options);
  const jwks = (jwk: object) => jwksKeys({ keys: [jwk] }, { algorithms: ['ES256'] });
  const verifier = createVerifier({
    issuers: [
      { issuer: ISSUER, algorithms: ['ES256'], keys: await jwks(signer.publicJwk), decryption: { keys } },
      {
        issuer: 'https://other.example',
        algorithms: ['ES256'],
        keys: await jwks(other.publicJwk),
        decryption: { keys: again },
      },
    ],
    clock: () => NOW,
  });
  const others = tokenOf(other, { iss: 'https://other.example' });
  const token = await encrypt(others, { key: publicJwk, alg: 'RSA-OAEP-256', enc: 'A256GCM' });
  assert.equal((await verifier.verify(token, EXPECTED)).issuerName, 'https://other.example');
});

test('of the keys of many issuers, the one that the token names is tried first', async () => {
  const options = { algorithms: ['ECDH-ES'], encryptions: ['A256GCM'] } as const;
  const mine = await generateEncryptionKey('ECDH-ES', 'A256GCM');
  const without = async (kid: string | undefined, { privateJwk } = mine) =>
    decryptionKeys({ keys: [{ ...privateJwk, kid }] }, options);
  const others = await Promise.all(
    Array.from({ length: 8 }, async (_, at) => ({
      issuer: `https://${at}.example`,
      algorithms: ['ES256' as const],
      keys: await jwksKeys({ keys: [(await makeIssuer('ES256')).publicJwk] }, { algorithms: ['ES256'] }),
      decryption: { keys: await without(undefined, await generateEncryptionKey('ECDH-ES', 'A256GCM')) },
    })),
  );
  const last = {
    issuer: ISSUER,
    algorithms: ['ES256' as const],
    keys: await jwksKeys({ keys: [signer.publicJwk] }, { algorithms: ['ES256'] }),
  };
  for (const kid of ['mine', undefined]) {
    const decryption = { keys: await without(kid) };
    const verifier = createVerifier({ issuers: [...others, { ...last, decryption }], clock: () => NOW });
    const key = { ...mine.publicJwk, kid: 'mine' };
    const token = await encrypt(signed, { key, alg: 'ECDH-ES', enc: 'A256GCM' });
    assert.equal((await verifier.verify(token, EXPECTED)).issuerName, ISSUER);
  }
});

test('decryption keys of one issuer that cannot be had do not stop the tokens of another', async () => {
  const options = { algorithms: ['ECDH-ES'], encryptions: ['A256GCM'] } as const;
  const { privateJwk, publicJwk } = await generateEncryptionKey('ECDH-ES', 'A256GCM');
  const keys = await jwksKeys({ keys: [signer.publicJwk] }, { algorithms: ['ES256'] });
  const missing = { ...options, find: () => Promise.reject(new TokenError('keys_unavailable')) };
  const verifier = createVerifier({
    issuers: [
      { issuer: 'https://down.example', algorithms: ['ES256'], keys, decryption: { keys: missing } },
      {
        issuer: ISSUER,
        algorithms: ['ES256'],
        keys,
        decryption: { keys: await decryptionKeys({ keys: [privateJwk] }, options) },
      },
    ],
    clock: () => NOW,
  });
  const seal = (key: typeof publicJwk) => encrypt(signed, { key, alg: 'ECDH-ES', enc: 'A256GCM' });
  await verifier.verify(await seal(publicJwk), EXPECTED);
  await refuses(verifier, await seal({ ...publicJwk, kid: 'unknown' }), 'keys_unavailable');
});

/** A verifier with one key of ours for `alg`, and what encrypts to it. */
async function recipient(alg: KeyManagementAlgorithm, required = false) {
  const enc = 'A256GCM';
  const { privateJwk, publicJwk } = await generateEncryptionKey(alg, enc);
  const keys = await decryptionKeys({ keys: [privateJwk] }, { algorithms: [alg], encryptions: [enc] });
  return {
    verifier: await taking(keys, required),
    seal: (token: string) => encrypt(token, { key: publicJwk, alg, enc }),
  };
}
