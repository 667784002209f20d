import assert from 'node:assert/strict';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createVerifier, jwksKeys, pemKeys, sign } from '@portcullis/token';
import { CliError } from '../errors.ts';
import { emptyFolder } from '../testing/portcullis.ts';
import { publicPem } from './public-part.ts';
import { addKey, chooseKey, isReadableByOthers, publicJwks, readRing } from './ring.ts';

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'priv', 'oth'];

test('a ring is a file of private keys that only its owner can read, and no draft is left beside it', async (t) => {
  const folder = await emptyFolder(t);
  const file = join(folder, 'new/folder/ring.json');
  const first = await addKey(file, 'ES256');
  const second = await addKey(file, 'EdDSA', 'second');
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(join(folder, 'new/folder')), ['ring.json']);
  const ring = await readRing(file);
  assert.deepEqual(ring.keys, [first, second]);
  assert.equal(chooseKey(ring, undefined).kid, 'second', 'the newest key signs');
  assert.equal(chooseKey(ring, first.kid).kid, first.kid);
});

test('a ring that others can read is noticed', async (t) => {
  const file = join(await emptyFolder(t), 'ring.json');
  await addKey(file, 'ES256');
  assert.equal(await isReadableByOthers(file), false);
  await chmod(file, 0o644);
  assert.equal(await isReadableByOthers(file), true);
});

for (const alg of ['ES256', 'ES512', 'RS256', 'PS384', 'EdDSA', 'Ed25519', 'ML-DSA-44'] as const) {
  test(`the public half of an ${alg} key holds nothing private and verifies what the key signs`, async (t) => {
    const file = join(await emptyFolder(t), 'ring.json');
    const key = await addKey(file, alg);
    const jwks = publicJwks((await readRing(file)).keys);
    for (const published of jwks.keys) {
      assert.deepEqual(
        PRIVATE_MEMBERS.filter((member) => member in published),
        [],
      );
    }
    const now = Math.floor(Date.now() / 1000);
    const token = await sign({ iss: 'i', sub: 's', aud: 'a', iat: now, exp: now + 60 }, { key });
    const algorithms = [alg];
    for (const keys of [
      await jwksKeys(jwks, { algorithms }),
      await pemKeys(publicPem(key), { algorithms }),
    ]) {
      const verifier = createVerifier({ issuers: [{ issuer: 'i', algorithms, keys }] });
      assert.equal((await verifier.verify(token, { audience: 'a' })).claims.sub, 's');
    }
  });
}

test('two keys cannot have the same kid', async (t) => {
  const file = join(await emptyFolder(t), 'ring.json');
  await addKey(file, 'ES256', 'same');
  await assert.rejects(addKey(file, 'ES256', 'same'), CliError);
  assert.equal((await readRing(file)).keys.length, 1);
});

test('a damaged ring is refused without a word of its content, and is not written over', async (t) => {
  const file = join(await emptyFolder(t), 'ring.json');
  const { d } = await addKey(file, 'ES256', 'k');
  const good: { keys: Record<string, unknown>[] } = JSON.parse(await readFile(file, 'utf8'));
  const [key = {}] = good.keys;
  const damaged = [
    `{"keys": [${JSON.stringify(key)}`,
    JSON.stringify([key]),
    JSON.stringify({ keys: [] }),
    JSON.stringify({ keys: [key, key] }),
    JSON.stringify({ keys: [{ ...key, d: undefined }] }),
    JSON.stringify({ keys: [{ ...key, kid: '' }] }),
    JSON.stringify({ keys: [{ ...key, alg: 'none' }] }),
    JSON.stringify({ keys: [{ ...key, crv: 'P-384' }] }),
    JSON.stringify({ keys: [{ kty: 'oct', kid: 'k', alg: 'HS256', k: 'c2VjcmV0', d: 'x' }] }),
  ];
  for (const content of damaged) {
    await writeFile(file, content);
    const told = (error: unknown) =>
      error instanceof CliError && error.message.includes(file) && !error.message.includes(d ?? '');
    await assert.rejects(readRing(file), told, content);
    await assert.rejects(addKey(file, 'ES256'), told, content);
    assert.equal(await readFile(file, 'utf8'), content);
  }
});
