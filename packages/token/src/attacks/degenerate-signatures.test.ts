import assert from 'node:assert/strict';
import { createPrivateKey, sign as signBytes } from 'node:crypto';
import { test } from 'node:test';
import { type Algorithm, jwksKeys, KeyError } from '../index.ts';
import { forge, hmacSigner, segment } from '../testing/forge.ts';
import { EXPECTED, goodClaims, makeIssuer, refuses, tokenOf } from '../testing/issuer.ts';

const ORDER_P256 = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
const ZERO = '00'.repeat(32);
const ONE = `${'00'.repeat(31)}01`;

const es256 = await makeIssuer('ES256');

const PAIRS: readonly (readonly [string, string, string])[] = [
  ['r = s = 0 (CVE-2022-21449)', ZERO, ZERO],
  ['r = 0', ZERO, ONE],
  ['s = 0', ONE, ZERO],
  ['r = s = 1', ONE, ONE],
  ['r = s = n', ORDER_P256, ORDER_P256],
  ['r = n, s = 0', ORDER_P256, ZERO],
  ['r = s = 2^256 - 1', 'ff'.repeat(32), 'ff'.repeat(32)],
];
for (const [name, r, s] of PAIRS) {
  test(`refuses an ECDSA signature with ${name}`, async () => {
    const token = forge(es256.header, goodClaims(), () => Buffer.from(r + s, 'hex'));
    await refuses(es256.verifier, token, 'signature_invalid');
  });
}

test('refuses an ECDSA signature in DER', async () => {
  const key = createPrivateKey({ key: { ...es256.privateJwk }, format: 'jwk' });
  const der = forge(es256.header, goodClaims(), (input) => signBytes('sha256', Buffer.from(input), key));
  await refuses(es256.verifier, der, 'signature_invalid');
});

const ALGORITHMS_TO_TRY: readonly Algorithm[] = [
  'RS256',
  'PS256',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'ML-DSA-44',
];
for (const alg of ALGORITHMS_TO_TRY) {
  test(`refuses cut, longer, blank and flipped ${alg} signatures`, async () => {
    const issuer = await makeIssuer(alg);
    const token = tokenOf(issuer);
    const [header, payload, encoded = ''] = token.split('.');
    const signature = Buffer.from(encoded, 'base64url');
    const flipped = Buffer.from(signature);
    flipped[0] = (flipped[0] ?? 0) ^ 1;
    const wrong = [
      signature.subarray(1),
      signature.subarray(0, -1),
      signature.subarray(0, 32),
      Buffer.concat([signature, Buffer.from([0])]),
      Buffer.concat([Buffer.from([0]), signature]),
      Buffer.alloc(signature.length),
      Buffer.alloc(0),
      flipped,
      hmacSigner('x')('y'),
    ];
    for (const bytes of wrong) {
      await refuses(issuer.verifier, `${header}.${payload}.${segment(bytes)}`, 'signature_invalid');
    }
    await issuer.verifier.verify(token, { audience: String(goodClaims().aud) });
  });
}

test('refuses a PS256 signature that lost its leading zero: one token has one name', async () => {
  const issuer = await makeIssuer('PS256');
  // Salted anew each time; one in 256 begins with a zero.
  for (let tries = 0; tries < 20_000; tries += 1) {
    const token = tokenOf(issuer);
    const [header, payload, encoded = ''] = token.split('.');
    const signature = Buffer.from(encoded, 'base64url');
    if (signature[0] !== 0) continue;
    await issuer.verifier.verify(token, EXPECTED);
    const cut = `${header}.${payload}.${segment(signature.subarray(1))}`;
    await refuses(issuer.verifier, cut, 'signature_invalid');
    return;
  }
  assert.fail('no signature began with a zero');
});

test('refuses an Ed25519 public key of small order, under which one signature fits any message', async () => {
  const points = [
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0000000000000000000000000000000000000000000000000000000000000080',
    '0100000000000000000000000000000000000000000000000000000000000000',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  ];
  for (const point of points) {
    const x = Buffer.from(point, 'hex').toString('base64url');
    await assert.rejects(
      jwksKeys({ keys: [{ kty: 'OKP', crv: 'Ed25519', x }] }, { algorithms: ['EdDSA'] }),
      (error) => error instanceof KeyError && error.code === 'key_low_order',
    );
  }
});
