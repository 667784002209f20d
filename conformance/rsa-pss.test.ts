/**
 * PS256 signatures whose encoding is wrong in one place, made with the private key: the class that Wycheproof calls
 * ModifiedSignature. The right encoding is a masked DB, H and BC; DB is zeros, 01 and the salt (RFC 8017 section 9.1).
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { BYTES, rawSigner, sha256, wrongNumbers } from './testing/raw-rsa.ts';

const signer = await rawSigner('PS256');
const SALT = sha256(Buffer.from('any salt of 32 bytes'));

interface Pss {
  readonly hash?: Buffer;
  readonly salt?: Buffer;
  /** What H is over, in place of eight zeros, the hash and the salt. */
  readonly zeros?: Buffer;
  readonly separator?: number;
  readonly firstOfDb?: number;
  readonly trailer?: number;
  readonly maskHash?: string;
  readonly saltOfH?: Buffer;
}

function mgf1(seed: Buffer, length: number, hash: string): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; blocks.length * 20 < length + 64; at += 1) {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(at);
    blocks.push(createHash(hash).update(seed).update(counter).digest());
  }
  return Buffer.concat(blocks).subarray(0, length);
}

function pss(changes: Pss = {}): Buffer {
  const { hash = sha256(signer.input), salt = SALT, zeros = Buffer.alloc(8), separator = 1 } = changes;
  const h = sha256(zeros, hash, changes.saltOfH ?? salt);
  const db = Buffer.alloc(BYTES - h.length - 1);
  db[0] = changes.firstOfDb ?? 0;
  db[db.length - salt.length - 1] = separator;
  salt.copy(db, db.length - salt.length);
  const mask = mgf1(h, db.length, changes.maskHash ?? 'sha256');
  for (const [at, byte] of mask.entries()) db[at] = (db[at] ?? 0) ^ byte;
  db[0] = (db[0] ?? 0) & 0x7f;
  return Buffer.concat([db, h, Buffer.of(changes.trailer ?? 0xbc)]);
}

const flipped = Buffer.from(SALT).fill(0, 0, 1);

const WRONG_PSS: readonly (readonly [name: string, encoded: Buffer])[] = [
  ['a salt of no bytes', pss({ salt: Buffer.alloc(0) })],
  ['a salt of 20 bytes', pss({ salt: SALT.subarray(0, 20) })],
  ['a salt of 31 bytes', pss({ salt: SALT.subarray(0, 31) })],
  ['a salt of 33 bytes', pss({ salt: Buffer.concat([SALT, Buffer.of(1)]) })],
  [
    'the longest salt there is room for',
    pss({ salt: Buffer.alloc(BYTES - 34 - 32 - 0, 7).subarray(0, 222 - 1) }),
  ],
  ['padding that is not zero', pss({ firstOfDb: 1 })],
  ['another separator', pss({ separator: 2 })],
  ['no separator', pss({ separator: 0 })],
  ['another trailer', pss({ trailer: 0xcc })],
  ['a trailer of zero', pss({ trailer: 0 })],
  ['H over other bytes than zeros', pss({ zeros: Buffer.alloc(8, 1) })],
  ['H over seven zeros', pss({ zeros: Buffer.alloc(7) })],
  ['H over another salt', pss({ saltOfH: flipped })],
  ['H over another message', pss({ hash: sha256(Buffer.from('another')) })],
  ['a mask made with SHA-1', pss({ maskHash: 'sha1' })],
  ['a mask made with SHA-512', pss({ maskHash: 'sha512' })],
];

test('PS256: the right encoding passes, with a salt of zeros or ones as well', async () => {
  for (const salt of [SALT, Buffer.alloc(32), Buffer.alloc(32, 0xff)]) {
    assert.equal(await signer.verdict(signer.sign(pss({ salt }))), 'accepted');
  }
});

for (const [name, encoded] of WRONG_PSS) {
  test(`PS256: refuses ${name}`, async () => {
    assert.equal(encoded.length, BYTES);
    assert.equal(await signer.verdict(signer.sign(encoded)), 'signature_invalid');
  });
}

test('PS256: refuses 0, 1, n - 1, n, a signature plus n, and zeros in front of it or after it', async () => {
  for (const wrong of wrongNumbers(signer.sign(pss()), signer.modulus)) {
    assert.equal(await signer.verdict(wrong), 'signature_invalid');
  }
});
