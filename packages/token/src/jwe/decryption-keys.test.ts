import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  type DecryptionKeysOptions,
  decryptionKeys,
  decryptionSecrets,
  encrypt,
  generateEncryptionKey,
  KeyError,
  type KeyErrorCode,
  PolicyError,
  type PolicyErrorCode,
} from '../index.ts';
import { decryptionKeysFile } from '../node/index.ts';

const RSA: DecryptionKeysOptions = { algorithms: ['RSA-OAEP-256'], encryptions: ['A256GCM'] };
const ECDH: DecryptionKeysOptions = { algorithms: ['ECDH-ES'], encryptions: ['A256GCM'] };
const DIR: DecryptionKeysOptions = { algorithms: ['dir'], encryptions: ['A256GCM', 'A128CBC-HS256'] };

const rsa = await generateEncryptionKey('RSA-OAEP-256', 'A256GCM');
const ecdh = await generateEncryptionKey('ECDH-ES', 'A256GCM');

function rejects(work: Promise<unknown>, code: KeyErrorCode | PolicyErrorCode): Promise<void> {
  return assert.rejects(work, (error) => {
    assert.ok(error instanceof KeyError || error instanceof PolicyError, String(error));
    assert.equal(error.code, code);
    return true;
  });
}

const REFUSED: readonly [string, object, DecryptionKeysOptions, KeyErrorCode][] = [
  ['a public key', rsa.publicJwk, RSA, 'key_public'],
  ['a key that signs', { ...rsa.privateJwk, use: 'sig' }, RSA, 'key_not_for_decryption'],
  [
    'a key whose operations are signing',
    { ...rsa.privateJwk, key_ops: ['sign'] },
    RSA,
    'key_not_for_decryption',
  ],
  [
    'a key that also signs',
    { ...rsa.privateJwk, key_ops: ['decrypt', 'sign'] },
    RSA,
    'key_not_for_decryption',
  ],
  ['a key without any operation', { ...rsa.privateJwk, key_ops: [] }, RSA, 'key_not_for_decryption'],
  ['a key for an algorithm that is not listed', { ...rsa.privateJwk, alg: 'RSA-OAEP' }, RSA, 'key_alg'],
  ['an EC key for RSA', { ...ecdh.privateJwk, alg: undefined }, RSA, 'key_type'],
  ['secp256k1', { ...ecdh.privateJwk, crv: 'secp256k1' }, ECDH, 'key_type'],
  [
    'an Ed25519 key',
    { ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) },
    ECDH,
    'key_type',
  ],
  ['a broken key', { ...ecdh.privateJwk, x: 'AAAA' }, ECDH, 'key_malformed'],
  ['a kid that is a number', { ...ecdh.privateJwk, kid: 1 }, ECDH, 'key_malformed'],
  ['a shared key that is too short', { kty: 'oct', k: 'AAAA' }, DIR, 'key_length'],
  ['a shared key of zeros', { kty: 'oct', k: 'A'.repeat(43) }, DIR, 'secret_weak'],
  ['a shared key without k', { kty: 'oct' }, DIR, 'key_malformed'],
];

for (const [what, jwk, options, code] of REFUSED) {
  test(`refuses ${what} as a key of ours`, () => rejects(decryptionKeys({ keys: [jwk] }, options), code));
}

test('refuses an RSA key of 1024 bits', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  await rejects(decryptionKeys({ keys: [privateKey.export({ format: 'jwk' })] }, RSA), 'key_too_short');
});

test('needs both lists, and knows what stands on them', async () => {
  const keys = { keys: [rsa.privateJwk] };
  await rejects(decryptionKeys(keys, { algorithms: [], encryptions: ['A256GCM'] }), 'encryption_missing');
  await rejects(
    decryptionKeys(keys, { algorithms: ['RSA-OAEP-256'], encryptions: [] }),
    'encryption_missing',
  );
  const unsafe = { algorithms: ['RSA1_5'], encryptions: ['A256GCM'] } as unknown as DecryptionKeysOptions;
  await rejects(decryptionKeys(keys, unsafe), 'encryption_unknown');
});

test('needs one to four keys', async () => {
  await rejects(decryptionKeys({ keys: [] }, RSA), 'key_set_empty');
  await rejects(decryptionKeys({ keys: Array(5).fill(rsa.privateJwk) }, RSA), 'key_set_too_large');
  await rejects(decryptionSecrets([], DIR), 'key_set_empty');
  await rejects(decryptionSecrets(Array(5).fill('x'.repeat(32)), DIR), 'key_set_too_large');
});

test('refuses shared keys that can be guessed', async () => {
  await rejects(decryptionSecrets(['0'.repeat(32)], DIR), 'secret_weak');
  await rejects(decryptionSecrets(['base64url:not base64url'], DIR), 'secret_malformed');
});

test('reads a file of keys, and names it in full where it cannot', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'keys.json');
  writeFileSync(file, JSON.stringify({ keys: [rsa.privateJwk] }));
  const keys = await decryptionKeysFile(file, RSA);
  assert.equal((await keys.find('RSA-OAEP-256', 'A256GCM', rsa.privateJwk.kid)).length, 1);
  assert.equal((await keys.find('RSA-OAEP-256', 'A256GCM', 'another')).length, 0);
  writeFileSync(file, JSON.stringify({ keys: [rsa.publicJwk] }));
  await assert.rejects(decryptionKeysFile(file, RSA), new RegExp(`key_public.*${file}`));
  await assert.rejects(decryptionKeysFile(join(folder, 'none.json'), RSA), /key_file_unreadable.*none\.json/);
});

test('encrypt refuses what is not signed, and keys that do not fit', async () => {
  const options = { key: rsa.publicJwk, alg: 'RSA-OAEP-256', enc: 'A256GCM' } as const;
  await assert.rejects(encrypt('{"sub":"x"}', options), { code: 'token_malformed' });
  const token = 'e30.e30.AAAA';
  await assert.rejects(encrypt(token, { ...options, alg: 'ECDH-ES' }), { code: 'key_alg' });
  await assert.rejects(encrypt(token, { ...options, key: { ...rsa.publicJwk, use: 'sig' } }), {
    code: 'key_use',
  });
  await assert.rejects(encrypt(token, { ...options, key: rsa.privateJwk }), { code: 'key_private' });
  const { alg: _, ...open } = ecdh.publicJwk;
  await assert.rejects(encrypt(token, { ...options, key: open }), { code: 'key_type' });
  await assert.rejects(encrypt(token, { key: { kty: 'oct', k: 'AAAA' }, alg: 'dir', enc: 'A256GCM' }), {
    code: 'key_length',
  });
});
