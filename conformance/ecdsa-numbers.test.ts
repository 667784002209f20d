/** ECDSA signatures whose numbers are out of range or written in another width: Wycheproof's group SpecialCaseEs256. */
import assert from 'node:assert/strict';
import { createPrivateKey, sign } from 'node:crypto';
import { test } from 'node:test';
import { generateKey } from '@portcullis/token';
import { jwsVerdict } from './testing/jws-verdict.ts';

const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;

const { privateJwk, publicJwk } = await generateKey('ES256');
const input = ['{"alg":"ES256"}', '{}'].map((part) => Buffer.from(part).toString('base64url')).join('.');
const key = createPrivateKey({ key: { ...privateJwk }, format: 'jwk' });
const good = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
const [R, S] = [good.subarray(0, 32), good.subarray(32)].map((half) => BigInt(`0x${half.toString('hex')}`));
assert.ok(R !== undefined && S !== undefined);

async function verdict(signature: Uint8Array): Promise<string> {
  const text = `${input}.${Buffer.from(signature).toString('base64url')}`;
  const answer = await jwsVerdict([publicJwk], text);
  return 'content' in answer ? 'accepted' : answer.refused;
}

/** Two numbers, each in so many bytes. */
function pair(r: bigint, s: bigint, bytes = 32): Buffer {
  return Buffer.from([r, s].map((value) => value.toString(16).padStart(bytes * 2, '0')).join(''), 'hex');
}

test('the numbers of the signature itself pass, in 32 bytes each and in no other width', async () => {
  assert.equal(await verdict(pair(R, S)), 'accepted');
  for (const bytes of [33, 34, 48, 64, 66, 256]) {
    assert.equal(await verdict(pair(R, S, bytes)), 'signature_invalid', `${bytes} bytes`);
  }
});

test('refuses every pair of numbers at the edges of the range', async () => {
  const edges = [0n, 1n, 2n, N - 1n, N, N + 1n, P - N, P, 2n ** 256n - 1n];
  for (const r of edges) {
    for (const s of edges) assert.equal(await verdict(pair(r, s)), 'signature_invalid', `${r} ${s}`);
    assert.equal(await verdict(pair(r, S)), 'signature_invalid');
    assert.equal(await verdict(pair(R, r)), 'signature_invalid');
  }
});

test('refuses numbers that are right only modulo the order, or once they overflow', async () => {
  for (const [r, s] of [
    [R + N, S],
    [R, S + N],
    [R + N, S + N],
    [R + 2n ** 256n, S],
    [R, S + 2n ** 256n],
    [R + 2n ** 320n, S],
  ] as const) {
    assert.equal(await verdict(pair(r, s, 33 + 8)), 'signature_invalid');
    if (r < 2n ** 256n && s < 2n ** 256n) assert.equal(await verdict(pair(r, s)), 'signature_invalid');
  }
});

test('refuses a signature with bytes after it, with its halves swapped, or negated in r', async () => {
  assert.equal(await verdict(Buffer.concat([good, Buffer.alloc(2)])), 'signature_invalid');
  assert.equal(await verdict(Buffer.concat([good, good])), 'signature_invalid');
  assert.equal(await verdict(pair(S, R)), 'signature_invalid');
  assert.equal(await verdict(pair(N - R, S)), 'signature_invalid');
});

test('takes (r, n - s) as well, as ECDSA does: nothing may tell tokens apart by their signature', async () => {
  assert.equal(await verdict(pair(R, N - S)), 'accepted');
});
