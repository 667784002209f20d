/** Signatures by the right key under another algorithm than the header names: Wycheproof's class WrongPrimitive. */
import assert from 'node:assert/strict';
import { constants, createHmac, createPrivateKey, sign } from 'node:crypto';
import { test } from 'node:test';
import { generateKey } from '@portcullis/token';
import { jwsVerdict } from './testing/jws-verdict.ts';

function inputOf(alg: string): string {
  return [JSON.stringify({ alg }), '{}'].map((part) => Buffer.from(part).toString('base64url')).join('.');
}

async function verdict(jwk: object, alg: string, signature: Buffer): Promise<string> {
  const answer = await jwsVerdict([jwk], `${inputOf(alg)}.${signature.toString('base64url')}`);
  return 'content' in answer ? 'accepted' : answer.refused;
}

const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];

test('an RSA key that names no algorithm takes each one for itself only', async () => {
  const { privateJwk, publicJwk } = await generateKey('RS256');
  const { alg: _named, ...open } = publicJwk;
  const key = createPrivateKey({ key: { ...privateJwk }, format: 'jwk' });
  for (const named of RSA) {
    for (const used of RSA) {
      const padding = used.startsWith('PS') ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
      const saltLength = constants.RSA_PSS_SALTLEN_DIGEST;
      const made = sign(`sha${used.slice(2)}`, Buffer.from(inputOf(named)), { key, padding, saltLength });
      const expected = named === used ? 'accepted' : 'signature_invalid';
      assert.equal(await verdict(open, named, made), expected, `${used} under ${named}`);
    }
  }
});

test('an RSA key that names an algorithm takes no other, signed rightly or not', async () => {
  const { privateJwk, publicJwk } = await generateKey('PS512');
  const key = createPrivateKey({ key: { ...privateJwk }, format: 'jwk' });
  for (const named of RSA.filter((alg) => alg !== 'PS512')) {
    const padding = named.startsWith('PS') ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
    const made = sign(`sha${named.slice(2)}`, Buffer.from(inputOf(named)), {
      key,
      padding,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    });
    assert.equal(await verdict(publicJwk, named, made), 'kid_unknown');
  }
});

test('a P-256 key takes SHA-256 and the name ES256 only', async () => {
  const { privateJwk, publicJwk } = await generateKey('ES256');
  const { alg: _named, ...open } = publicJwk;
  const key = createPrivateKey({ key: { ...privateJwk }, format: 'jwk' });
  const made = (hash: string, alg: string) =>
    sign(hash, Buffer.from(inputOf(alg)), { key, dsaEncoding: 'ieee-p1363' });
  assert.equal(await verdict(open, 'ES256', made('sha256', 'ES256')), 'accepted');
  assert.equal(await verdict(open, 'ES256', made('sha384', 'ES256')), 'signature_invalid');
  assert.equal(await verdict(open, 'ES256', made('sha512', 'ES256')), 'signature_invalid');
  for (const alg of ['ES384', 'ES512']) {
    assert.equal(await verdict(open, alg, made('sha256', alg)), 'kid_unknown');
  }
  assert.equal(await verdict(open, 'ES256K', made('sha256', 'ES256K')), 'alg_unsupported');
});

test('a secret takes each hash under its own name only, and no code cut short', async () => {
  const k = 'a secret that is long enough for HS512, which asks for 64 bytes!!';
  const jwk = (alg: string) => ({ kty: 'oct', alg, k: Buffer.from(k).toString('base64url') });
  const mac = (bits: number, alg: string) => createHmac(`sha${bits}`, k).update(inputOf(alg)).digest();
  for (const bits of [256, 384, 512]) {
    const alg = `HS${bits}`;
    assert.equal(await verdict(jwk(alg), alg, mac(bits, alg)), 'accepted');
    for (const other of [256, 384, 512].filter((size) => size !== bits)) {
      assert.equal(await verdict(jwk(alg), alg, mac(other, alg)), 'signature_invalid');
      assert.equal(await verdict(jwk(alg), `HS${other}`, mac(other, `HS${other}`)), 'kid_unknown');
    }
    for (const length of [0, 1, 10, 16, bits / 8 - 1]) {
      const cut = mac(bits, alg).subarray(0, length);
      assert.equal(await verdict(jwk(alg), alg, cut), 'signature_invalid', `${length} bytes of ${alg}`);
    }
    const longer = Buffer.concat([mac(bits, alg), Buffer.of(0)]);
    assert.equal(await verdict(jwk(alg), alg, longer), 'signature_invalid');
  }
});
