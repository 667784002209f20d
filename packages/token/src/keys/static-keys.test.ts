import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import {
  type Algorithm,
  generateKey,
  jwksKeys,
  KeyError,
  type KeyErrorCode,
  pemKeys,
  secretKeys,
} from '../index.ts';
import { CERTIFICATES } from '../testing/certificates.ts';
import { forge, hmacSigner } from '../testing/forge.ts';
import { EXPECTED, goodClaims, makeIssuer, refuses, tokenOf, verifierFor } from '../testing/issuer.ts';

const ec = await makeIssuer('ES256');
const rsa = await makeIssuer('RS256');

async function refusesKeys(keys: Promise<unknown>, code: KeyErrorCode): Promise<KeyError> {
  const error = await keys.then(
    () => assert.fail(`accepted, though it should be refused as ${code}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof KeyError, String(error));
  assert.equal(error.code, code);
  return error;
}

function rsaJwk(modulusLength: number, publicExponent = 65537): object {
  return generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey.export({ format: 'jwk' });
}

function bytes(length: number): string {
  const value = randomBytes(length);
  value[0] = 0xff;
  value[length - 1] = 0xff;
  return value.toString('base64url');
}

const { d: _d, ...publicEc } = { ...ec.publicJwk, d: '' };
const { n = '' } = rsa.publicJwk;
const wrongKeys: readonly (readonly [string, unknown, Algorithm, KeyErrorCode])[] = [
  ['RSA of 1024 bits', rsaJwk(1024), 'RS256', 'key_too_short'],
  ['RSA of 2047 bits', rsaJwk(2047), 'RS256', 'key_too_short'],
  [
    'RSA of 2047 bits with a leading zero',
    { kty: 'RSA', e: 'AQAB', n: Buffer.concat([Buffer.alloc(128), randomBytes(128)]).toString('base64url') },
    'RS256',
    'key_too_short',
  ],
  ['RSA of 8200 bits', { kty: 'RSA', e: 'AQAB', n: bytes(1025) }, 'RS256', 'key_too_long'],
  ['RSA of 32768 bits', { kty: 'RSA', e: 'AQAB', n: bytes(4096) }, 'PS256', 'key_too_long'],
  ['RSA with e = 3', rsaJwk(2048, 3), 'RS256', 'key_exponent'],
  ['RSA with e = 1', { kty: 'RSA', n, e: 'AQ' }, 'RS256', 'key_exponent'],
  ['RSA with an even e', { kty: 'RSA', n, e: 'AQAA' }, 'RS256', 'key_exponent'],
  ['RSA with an e of 512 bits', { kty: 'RSA', n, e: bytes(64) }, 'RS256', 'key_exponent'],
  ['RSA without n', { kty: 'RSA', e: 'AQAB' }, 'RS256', 'key_malformed'],
  ['RSA whose n is a number', { kty: 'RSA', n: 65537, e: 'AQAB' }, 'RS256', 'key_malformed'],
  ['an EC point that is not on the curve', { ...publicEc, x: bytes(32) }, 'ES256', 'key_malformed'],
  ['use enc', { ...publicEc, use: 'enc' }, 'ES256', 'key_use'],
  ['use null', { ...publicEc, use: null }, 'ES256', 'key_use'],
  ['key_ops without verify', { ...publicEc, key_ops: ['sign'] }, 'ES256', 'key_use'],
  ['key_ops as text', { ...publicEc, key_ops: 'verify' }, 'ES256', 'key_use'],
  ['another alg', { ...publicEc, alg: 'ES384' }, 'ES256', 'key_alg'],
  ['alg none', { ...publicEc, alg: 'none' }, 'ES256', 'key_alg'],
  ['alg null', { ...publicEc, alg: null }, 'ES256', 'key_alg'],
  ['another curve', { ...publicEc, alg: undefined, crv: 'secp256k1' }, 'ES256', 'key_type'],
  ['another type', { ...publicEc, kty: 'RSA' }, 'ES256', 'key_type'],
  ['an Ed448 key', { kty: 'OKP', crv: 'Ed448', x: 'AAAA' }, 'EdDSA', 'key_type'],
  ['a private key', ec.privateJwk, 'ES256', 'key_private'],
  ['a symmetric key', { kty: 'oct', k: bytes(32) }, 'ES256', 'key_symmetric'],
  ['an ML-DSA key without alg', { kty: 'AKP', pub: bytes(1312) }, 'ML-DSA-44', 'key_type'],
  [
    'an ML-DSA key of the wrong size',
    { kty: 'AKP', alg: 'ML-DSA-44', pub: bytes(1311) },
    'ML-DSA-44',
    'key_malformed',
  ],
  ['a kid that is a number', { ...publicEc, kid: 1 }, 'ES256', 'key_malformed'],
  ['text', 'key', 'ES256', 'key_malformed'],
  ['null', null, 'ES256', 'key_malformed'],
];
for (const [name, key, alg, code] of wrongKeys) {
  test(`refuses a key set with ${name}: ${code}`, async () => {
    await refusesKeys(jwksKeys({ keys: [ec.publicJwk, key] }, { algorithms: ['ES256', alg] }), code);
  });
}

test('refuses what is no key set', async () => {
  for (const value of [null, [], 'x', {}, { keys: {} }, { keys: null }]) {
    await refusesKeys(jwksKeys(value, { algorithms: ['ES256'] }), 'key_set_malformed');
  }
  await refusesKeys(jwksKeys({ keys: [] }, { algorithms: ['ES256'] }), 'key_set_empty');
  const many = Array.from({ length: 101 }, () => ec.publicJwk);
  await refusesKeys(jwksKeys({ keys: many }, { algorithms: ['ES256'] }), 'key_set_too_large');
});

test('names the key by its kid, cut, and never by its value', async () => {
  const key = { ...ec.privateJwk, kid: 'k'.repeat(1000) };
  const error = await refusesKeys(jwksKeys({ keys: [key] }, { algorithms: ['ES256'] }), 'key_private');
  assert.equal(error.kid?.length, 200);
  assert.ok(!`${error.stack}${JSON.stringify(error)}`.includes(String(key.d)));
});

test('prefers the key of that very kid, and takes nameless keys for any kid', async () => {
  const other = await makeIssuer('ES256');
  const { kid: _kid, ...nameless } = other.publicJwk;
  const keys = await jwksKeys({ keys: [ec.publicJwk, nameless] }, { algorithms: ['ES256'] });
  const found = async (kid: string | undefined) => (await keys.find('ES256', kid)).map((key) => key.kid);
  assert.deepEqual(await found(ec.publicJwk.kid), [ec.publicJwk.kid]);
  assert.deepEqual(await found('unheard of'), [undefined]);
  assert.deepEqual(await found(undefined), [ec.publicJwk.kid, undefined]);
});

test('verifies with public keys in PEM, several blocks, and text around them', async () => {
  const pem = [ec, rsa]
    .map(({ publicJwk }) =>
      createPublicKey({ key: { ...publicJwk }, format: 'jwk' }).export({ type: 'spki', format: 'pem' }),
    )
    .join('\nsome words between\n');
  const keys = await pemKeys(pem, { algorithms: ['ES256', 'RS256'] });
  const verifier = await verifierFor([], { algorithms: ['ES256', 'RS256'], keys });
  await verifier.verify(tokenOf(ec), EXPECTED);
  await verifier.verify(tokenOf(rsa, {}, { kid: 'any' }), EXPECTED);
  const named = await pemKeys(pem, { algorithms: ['ES256', 'RS256'], kid: 'mine' });
  const strict = await verifierFor([], { algorithms: ['ES256', 'RS256'], keys: named });
  await refuses(strict, tokenOf(ec), 'kid_unknown');
  await strict.verify(tokenOf(ec, {}, { kid: 'mine' }), EXPECTED);
});

for (const [alg, { certificate, token }] of Object.entries(CERTIFICATES)) {
  test(`verifies ${alg} with the key of an X.509 certificate`, async () => {
    const algorithms: Algorithm[] = ['RS256', 'ES256', 'EdDSA'];
    const verifier = await verifierFor([], { algorithms, keys: await pemKeys(certificate, { algorithms }) });
    await verifier.verify(token, EXPECTED);
  });
}

test('refuses PEM that is private, weak, broken, or of no use', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const spki = String(publicKey.export({ type: 'spki', format: 'pem' }));
  const pkcs8 = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const o = { algorithms: ['RS256', 'ES256'] as const };
  await refusesKeys(pemKeys(spki, o), 'key_too_short');
  await refusesKeys(pemKeys(pkcs8, o), 'key_private');
  await refusesKeys(pemKeys(`${spki}${pkcs8}`, o), 'key_private');
  await refusesKeys(pemKeys(String(publicKey.export({ type: 'pkcs1', format: 'pem' })), o), 'key_malformed');
  await refusesKeys(pemKeys('', o), 'key_malformed');
  await refusesKeys(pemKeys('-----BEGIN PUBLIC KEY-----\nMIIB', o), 'key_malformed');
  await refusesKeys(pemKeys(CERTIFICATES.EdDSA.certificate, o), 'key_type');
  await refusesKeys(pemKeys(spki.replace('MIGf', 'AAAA'), o), 'key_type');
  await refusesKeys(pemKeys(CERTIFICATES.ES256.certificate.repeat(9), o), 'key_set_too_large');
  const identity = Buffer.concat([
    Buffer.from('302a300506032b6570032100', 'hex'),
    Buffer.from([1]),
    Buffer.alloc(31),
  ]);
  const lowOrder = `-----BEGIN PUBLIC KEY-----\n${identity.toString('base64')}\n-----END PUBLIC KEY-----`;
  await refusesKeys(pemKeys(lowOrder, { algorithms: ['EdDSA'] }), 'key_low_order');
});

const STRONG = 'correct horse battery staple and forty two more';

test('all listed secrets verify, as UTF-8 or base64url, and the kid is ignored', async () => {
  const binary = randomBytes(64);
  const keys = await secretKeys([STRONG, `base64url:${binary.toString('base64url')}`], {
    algorithms: ['HS256'],
  });
  const verifier = await verifierFor([], { algorithms: ['HS256'], keys });
  for (const secret of [STRONG, binary]) {
    await verifier.verify(
      forge({ alg: 'HS256', typ: 'at+jwt', kid: 'x' }, goodClaims(), hmacSigner(secret)),
      EXPECTED,
    );
  }
  for (const secret of ['', ' ', 'secret', `${STRONG} `, binary.toString('base64url'), Buffer.alloc(32)]) {
    const token = forge({ alg: 'HS256', typ: 'at+jwt' }, goodClaims(), hmacSigner(secret));
    await refuses(verifier, token, 'signature_invalid');
  }
  const hs512 = forge({ alg: 'HS512', typ: 'at+jwt' }, goodClaims(), hmacSigner(STRONG, 'HS512'));
  await refuses(verifier, hs512, 'alg_not_allowed');
});

const WEAK: readonly (readonly [string, KeyErrorCode])[] = [
  ['', 'secret_too_short'],
  ['secret', 'secret_too_short'],
  ['your-256-bit-secret', 'secret_too_short'],
  ['é'.repeat(15), 'secret_too_short'],
  ['base64url:', 'secret_too_short'],
  [' '.repeat(64), 'secret_weak'],
  ['a'.repeat(64), 'secret_weak'],
  ['secret'.repeat(12), 'secret_weak'],
  ['0123456789'.repeat(4), 'secret_weak'],
  [`base64url:${Buffer.alloc(64).toString('base64url')}`, 'secret_weak'],
  ['a-string-secret-at-least-256-bits-long', 'secret_known'],
  ['A_String_Secret_At_Least_256_Bits_Long', 'secret_known'],
  [
    `base64url:${Buffer.from('a-string-secret-at-least-256-bits-long').toString('base64url')}`,
    'secret_known',
  ],
  ['a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long', 'secret_known'],
  ['AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow', 'secret_known'],
  [
    'base64url:AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
    'secret_known',
  ],
  ['base64url:not canonical', 'secret_malformed'],
  [`base64url:${'A'.repeat(43)}=`, 'secret_malformed'],
  [`base64url:${'A'.repeat(42)}B`, 'secret_malformed'],
];
for (const [secret, code] of WEAK) {
  test(`refuses the secret ${JSON.stringify(secret.slice(0, 60))}: ${code}`, async () => {
    const error = await refusesKeys(secretKeys([STRONG, secret], { algorithms: ['HS256'] }), code);
    assert.match(error.message, /secret 2/);
    if (secret.length > 12) assert.ok(!error.message.includes(secret));
  });
}

test('a secret must be as long as the longest hash on the list', async () => {
  const options = (alg: Algorithm) => ({ algorithms: [alg] });
  const secret = (length: number) => `base64url:${randomBytes(length).toString('base64url')}`;
  for (const [alg, length] of [
    ['HS256', 32],
    ['HS384', 48],
    ['HS512', 64],
  ] as const) {
    await refusesKeys(secretKeys([secret(length - 1)], options(alg)), 'secret_too_short');
    await secretKeys([secret(length)], options(alg));
  }
  await refusesKeys(secretKeys([secret(32)], { algorithms: ['HS256', 'HS512'] }), 'secret_too_short');
});

test('refuses no secrets and too many', async () => {
  await refusesKeys(secretKeys([], { algorithms: ['HS256'] }), 'key_set_empty');
  await refusesKeys(
    secretKeys(
      Array.from({ length: 9 }, () => STRONG),
      { algorithms: ['HS256'] },
    ),
    'key_set_too_large',
  );
});

test('a static source is ready, never stale, and trusts its own keys only', async () => {
  const keys = await jwksKeys({ keys: [ec.publicJwk] }, { algorithms: ['ES256'] });
  const twin = await jwksKeys({ keys: [ec.publicJwk] }, { algorithms: ['ES256'] });
  assert.equal(await keys.ready(), true);
  const [key] = await keys.find('ES256', undefined);
  const [other] = await twin.find('ES256', undefined);
  assert.ok(key !== undefined && other !== undefined);
  assert.equal(keys.trusts(key), true);
  assert.equal(keys.trusts(other), false);
  assert.deepEqual(
    { ...keys.status(), loadedAt: 0 },
    { keys: 1, loadedAt: 0, stale: false, skipped: 0, lastError: null },
  );
  keys.close();
  await refusesKeys(generateKey('HS256'), 'key_symmetric');
});
