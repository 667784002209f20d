/** Key sets that should not be: Wycheproof's classes MixedKeySet, DuplicateKid and Ambiguous, and keys with a wrong word. */
import assert from 'node:assert/strict';
import { createPrivateKey, sign } from 'node:crypto';
import { test } from 'node:test';
import {
  encrypt,
  generateKey,
  jwksKeys,
  KeyError,
  type KeyErrorCode,
  PolicyError,
  secretKeys,
} from '@portcullis/token';
import { jwsVerdict } from './testing/jws-verdict.ts';
import { rocaModulus } from './testing/roca.ts';

const ec = await generateKey('ES256', { kid: 'ec' });
const rsa = await generateKey('RS256', { kid: 'rsa' });
const oct = {
  kty: 'oct',
  alg: 'HS256',
  use: 'sig',
  kid: 'oct',
  k: Buffer.alloc(32, 'x1y2z3').toString('base64url'),
};

const WRONG: readonly (readonly [name: string, keys: readonly object[], code: KeyErrorCode])[] = [
  ['a secret beside a public key', [oct, ec.publicJwk], 'key_symmetric'],
  ['a private key beside a public key', [ec.publicJwk, rsa.privateJwk], 'key_private'],
  ['an alg that does not exist', [{ ...ec.publicJwk, alg: 'ES521' }], 'key_alg'],
  ['an alg with a hash too short', [{ ...ec.publicJwk, alg: 'ES224' }], 'key_alg'],
  ['an alg of encryption', [{ ...rsa.publicJwk, alg: 'RSA1_5' }], 'key_alg'],
  ['an alg of encryption and its use', [{ ...rsa.publicJwk, alg: 'RSA-OAEP', use: 'enc' }], 'key_use'],
  ['the alg of another curve', [{ ...ec.publicJwk, alg: 'ES384' }], 'key_type'],
  ['the name of another curve', [{ ...ec.publicJwk, alg: undefined, crv: 'P-384' }], 'key_malformed'],
  ['the type of another key', [{ ...ec.publicJwk, alg: undefined, kty: 'RSA' }], 'key_type'],
  ['a point that is not on the curve', [{ ...ec.publicJwk, y: ec.publicJwk.x }], 'key_malformed'],
  ['no y', [{ ...ec.publicJwk, y: undefined }], 'key_malformed'],
  ['key_ops of encryption', [{ ...rsa.publicJwk, use: undefined, key_ops: ['encrypt'] }], 'key_use'],
];
for (const [name, keys, code] of WRONG) {
  test(`refuses a key set with ${name}`, async () => {
    await assert.rejects(
      jwksKeys({ keys }, { algorithms: ['ES256', 'ES384', 'RS256'] }),
      (error) => error instanceof KeyError && error.code === code,
    );
  });
}

test('refuses an empty secret, and a secret one byte short of its hash', async () => {
  const long = Buffer.from('every byte of this counts, and there are 64 of them all in all!!');
  for (const [alg, bytes] of [
    ['HS256', 32],
    ['HS384', 48],
    ['HS512', 64],
  ] as const) {
    const secret = (length: number) => `base64url:${long.subarray(0, length).toString('base64url')}`;
    for (const length of [0, bytes - 1]) {
      await assert.rejects(
        secretKeys([secret(length)], { algorithms: [alg] }),
        (error) => error instanceof KeyError && error.code === 'secret_too_short',
      );
    }
    await secretKeys([secret(bytes)], { algorithms: [alg] });
  }
});

test('refuses secrets and public keys for one issuer', async () => {
  await assert.rejects(
    jwksKeys({ keys: [ec.publicJwk] }, { algorithms: ['ES256', 'HS256'] }),
    (error) => error instanceof PolicyError,
  );
});

test('two keys of one kid are both tried: a kid is a hint, and rotation has made such sets', async () => {
  const other = await generateKey('ES256', { kid: 'ec' });
  const stranger = await generateKey('ES256', { kid: 'ec' });
  const input = ['{"alg":"ES256","kid":"ec"}', '{}']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
  const signedWith = (jwk: object) => {
    const key = createPrivateKey({ key: { ...jwk }, format: 'jwk' });
    const made = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
    return `${input}.${made.toString('base64url')}`;
  };
  const set = [ec.publicJwk, other.publicJwk];
  assert.ok('content' in (await jwsVerdict(set, signedWith(ec.privateJwk))));
  assert.ok('content' in (await jwsVerdict(set, signedWith(other.privateJwk))));
  assert.deepEqual(await jwsVerdict(set, signedWith(stranger.privateJwk)), { refused: 'signature_invalid' });
});

test('refuses an RSA key with the ROCA flaw', async () => {
  const jwk = { kty: 'RSA', alg: 'RS256', n: rocaModulus().toString('base64url'), e: 'AQAB' };
  await assert.rejects(
    jwksKeys({ keys: [jwk] }, { algorithms: ['RS256'] }),
    (error) => error instanceof KeyError && error.code === 'key_roca',
  );
});

test('encrypts to no RSA key with the ROCA flaw', async () => {
  const key = { kty: 'RSA', n: rocaModulus().toString('base64url'), e: 'AQAB' };
  await assert.rejects(
    encrypt('e30.e30.AAAA', { key, alg: 'RSA-OAEP-256', enc: 'A256GCM' }),
    (error) => error instanceof KeyError && error.code === 'key_roca',
  );
});
