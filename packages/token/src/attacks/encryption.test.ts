import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { CompactEncrypt, importJWK } from 'jose';
import { decryptionKeys, encrypt, generateEncryptionKey, type TokenErrorCode } from '../index.ts';
import { segment } from '../testing/forge.ts';
import { EXPECTED, makeIssuer, refuses, tokenOf, verifierFor } from '../testing/issuer.ts';

const signer = await makeIssuer('ES256');
const signed = tokenOf(signer);
const ecdh = await generateEncryptionKey('ECDH-ES', 'A256GCM');
const rsa = await generateEncryptionKey('RSA-OAEP-256', 'A256GCM');
const keys = await decryptionKeys(
  { keys: [ecdh.privateJwk, rsa.privateJwk] },
  { algorithms: ['ECDH-ES', 'RSA-OAEP-256'], encryptions: ['A256GCM'] },
);
const verifier = await verifierFor([signer.publicJwk], { algorithms: ['ES256'], decryption: { keys } });
const toEcdh = await encrypt(signed, { key: ecdh.publicJwk, alg: 'ECDH-ES', enc: 'A256GCM' });
const toRsa = await encrypt(signed, { key: rsa.publicJwk, alg: 'RSA-OAEP-256', enc: 'A256GCM' });

/** Encrypted by jose with any header and content at all. */
async function sealed(content: string | Uint8Array, header: Record<string, unknown> = {}): Promise<string> {
  return new CompactEncrypt(typeof content === 'string' ? new TextEncoder().encode(content) : content)
    .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM', cty: 'JWT', ...header })
    .encrypt(await importJWK({ ...rsa.publicJwk }, 'RSA-OAEP-256'));
}

/** The same token under another header, which its authentication tag does not cover. */
function reheaded(token: string, header: unknown): string {
  return [segment(header), ...token.split('.').slice(1)].join('.');
}

function headerOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
}

test('refuses claims that are encrypted to us but not signed: anyone can have our public key', async () => {
  for (const content of [JSON.stringify({ sub: 'admin' }), 'a.b', new Uint8Array([0xff, 0xfe])]) {
    await refuses(verifier, await sealed(content), 'encrypted_content_refused');
  }
});

test('refuses an encrypted token within an encrypted token, however deep', async () => {
  await refuses(verifier, await sealed(toRsa), 'encrypted_content_refused');
  await refuses(verifier, await sealed(await sealed(signed)), 'encrypted_content_refused');
});

test('refuses an unsigned token (alg none) within an encrypted one', async () => {
  const [, payload] = signed.split('.');
  const unsigned = `${segment({ alg: 'none', typ: 'at+jwt' })}.${payload}.`;
  await refuses(verifier, await sealed(unsigned), 'alg_unsupported');
});

test('refuses a compressed token, so that no bomb is ever unpacked', async () => {
  const bomb = new Uint8Array(deflateRawSync(Buffer.alloc(50_000_000, 0x20)));
  const token = reheaded(await sealed(bomb.slice(0, 8000)), { ...headerOf(toRsa), zip: 'DEF' });
  assert.equal((await refuses(verifier, token, 'encryption_header_refused')).detail['reason'], 'it has zip');
});

test('refuses key management and content encryption that are unknown or unsafe', async () => {
  const algs = [
    'RSA1_5',
    'RSA-OAEP',
    'PBES2-HS256+A128KW',
    'A128GCMKW',
    'none',
    'RSA-OAEP-256 ',
    'rsa-oaep-256',
    1,
    null,
  ];
  for (const alg of algs) {
    await refuses(verifier, reheaded(toRsa, { ...headerOf(toRsa), alg }), 'encryption_unsupported');
  }
  for (const enc of ['A256CTR', 'A256CBC', 'none', undefined, ['A256GCM']]) {
    await refuses(verifier, reheaded(toRsa, { ...headerOf(toRsa), enc }), 'encryption_unsupported');
  }
});

test('refuses a million rounds of PBKDF2 before the first', async () => {
  const header = {
    alg: 'PBES2-HS512+A256KW',
    enc: 'A256GCM',
    cty: 'JWT',
    p2c: 1_000_000_000,
    p2s: 'AAAAAAAAAAA',
  };
  await refuses(verifier, reheaded(toRsa, header), 'encryption_unsupported');
});

test('refuses algorithms that are known but not listed', async () => {
  await refuses(verifier, reheaded(toEcdh, { ...headerOf(toEcdh), alg: 'dir' }), 'encryption_not_allowed');
  await refuses(
    verifier,
    reheaded(toEcdh, { ...headerOf(toEcdh), enc: 'A128GCM' }),
    'encryption_not_allowed',
  );
});

test("refuses a key's use under another algorithm than its own", async () => {
  const header = { ...headerOf(toEcdh), alg: 'RSA-OAEP-256' };
  await refuses(verifier, reheaded(toEcdh, header), 'decryption_key_unknown');
});

test('refuses an altered header, key, initialization vector, ciphertext or tag', async () => {
  await refuses(verifier, reheaded(toRsa, { ...headerOf(toRsa), typ: 'JWT' }), 'decryption_failed');
  for (const token of [toRsa, toEcdh]) {
    const parts = token.split('.');
    for (let at = 1; at < 5; at += 1) {
      const part = parts[at] ?? '';
      if (part === '') continue;
      const flipped = `${part[0] === 'A' ? 'B' : 'A'}${part.slice(1)}`;
      await refuses(verifier, parts.with(at, flipped).join('.'), 'decryption_failed');
    }
  }
});

test('an RSA key whose decryption fails looks like a ciphertext that does (no oracle)', async () => {
  const parts = toRsa.split('.');
  const wrongKey = await refuses(
    verifier,
    parts.with(1, segment(new Uint8Array(256).fill(7))).join('.'),
    'decryption_failed',
  );
  const wrongText = await refuses(
    verifier,
    parts.with(4, segment(new Uint8Array(16))).join('.'),
    'decryption_failed',
  );
  assert.deepEqual(wrongKey.detail, wrongText.detail);
  assert.equal(wrongKey.message, wrongText.message);
});

test('refuses tags and vectors of another length', async () => {
  const parts = toRsa.split('.');
  for (const bytes of [1, 8, 12, 15, 17, 32]) {
    await refuses(verifier, parts.with(4, segment(new Uint8Array(bytes))).join('.'), 'decryption_failed');
  }
  for (const bytes of [1, 11, 13, 16]) {
    await refuses(verifier, parts.with(2, segment(new Uint8Array(bytes))).join('.'), 'decryption_failed');
  }
});

test('refuses ephemeral keys off the curve, on another one, or that are none (invalid curve attack)', async () => {
  const { epk, ...header } = headerOf(toEcdh);
  assert.ok(typeof epk === 'object' && epk !== null);
  const other = await generateEncryptionKey('ECDH-ES', 'A256GCM');
  const zero = segment(new Uint8Array(32));
  const hostile: unknown[] = [
    undefined,
    null,
    'P-256',
    [],
    {},
    { ...epk, y: zero },
    { ...epk, x: zero, y: zero },
    { ...epk, crv: 'P-384' },
    { ...epk, crv: 'X25519' },
    { kty: 'OKP', crv: 'X25519', x: zero },
    { kty: 'EC', crv: 'secp256k1', x: zero, y: zero },
    { kty: 'oct', k: zero },
    { kty: 'RSA', n: zero, e: 'AQAB' },
    { ...epk, x: 'AA' },
    { ...other.publicJwk },
    other.privateJwk,
    rsa.publicJwk,
  ];
  for (const key of hostile) {
    await refuses(verifier, reheaded(toEcdh, { ...header, epk: key }), 'decryption_failed');
  }
});

test('refuses agreement info that is no base64url or very long', async () => {
  const header = headerOf(toEcdh);
  for (const member of [{ apu: '!' }, { apv: 1 }, { apu: null }, { apu: segment(new Uint8Array(2000)) }]) {
    await refuses(verifier, reheaded(toEcdh, { ...header, ...member }), 'decryption_failed');
  }
  await refuses(
    verifier,
    reheaded(toEcdh, { ...header, apu: 'A'.repeat(6000) }),
    'encryption_header_refused',
  );
});

const FORMS: readonly [string, string, TokenErrorCode][] = [
  ['a header that is no JSON', reheaded(toRsa, '{'), 'encryption_header_refused'],
  [
    'a header with a duplicate',
    reheaded(toRsa, '{"alg":"dir","alg":"RSA-OAEP-256"}'),
    'encryption_header_refused',
  ],
  [
    'critical extensions',
    reheaded(toRsa, { ...headerOf(toRsa), crit: ['exp'], exp: 1 }),
    'encryption_header_refused',
  ],
  ['a kid that is a number', reheaded(toRsa, { ...headerOf(toRsa), kid: 1 }), 'encryption_header_refused'],
  ['no cty', reheaded(toRsa, { ...headerOf(toRsa), cty: undefined }), 'encrypted_content_refused'],
  ['a cty that is no JWT', reheaded(toRsa, { ...headerOf(toRsa), cty: 'json' }), 'encrypted_content_refused'],
  ['an unknown kid', reheaded(toRsa, { ...headerOf(toRsa), kid: 'x' }), 'decryption_key_unknown'],
  ['an empty header', toRsa.replace(/^[^.]+/, ''), 'token_malformed'],
  ['an empty ciphertext', toRsa.split('.').with(3, '').join('.'), 'token_malformed'],
  ['an empty tag', toRsa.split('.').with(4, '').join('.'), 'token_malformed'],
  ['padding', `${toRsa}==`, 'token_malformed'],
  ['a sixth part', `${toRsa}.`, 'token_malformed'],
  ['16 KB and more', reheaded(toRsa, headerOf(toRsa)) + 'A'.repeat(16_384), 'token_too_large'],
];

for (const [what, token, code] of FORMS) {
  test(`refuses an encrypted token with ${what}`, async () => {
    await refuses(verifier, token, code);
  });
}

test('takes no encrypted token where no issuer has keys for it', async () => {
  await refuses(signer.verifier, toRsa, 'token_encrypted');
});

test('an encrypted key where there should be none is refused (direct agreement)', async () => {
  await refuses(verifier, toEcdh.split('.').with(1, 'AAAA').join('.'), 'decryption_failed');
});

test('the tokens that all of this alters would have passed', async () => {
  await verifier.verify(toRsa, EXPECTED);
  await verifier.verify(toEcdh, EXPECTED);
  await verifier.verify(await sealed(signed), EXPECTED);
});
