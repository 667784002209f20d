import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { command, emptyFolder, portcullis } from '../testing/portcullis.ts';

test('keys are made, listed and exported', async (t) => {
  const cwd = await emptyFolder(t);
  const ring = ['--ring', 'ring.json'];
  assert.equal((await portcullis(cwd, ['keys', 'generate', ...ring, '--kid', 'a'])).stdout, 'a\n');
  await portcullis(cwd, ['keys', 'generate', ...ring, '--kid', 'b', '--alg', 'EdDSA']);
  const list = await portcullis(cwd, ['keys', 'list', ...ring, '--json']);
  assert.deepEqual(JSON.parse(list.stdout).keys, [
    { kid: 'a', alg: 'ES256', signs: false },
    { kid: 'b', alg: 'EdDSA', signs: true },
  ]);
  const jwks = await portcullis(cwd, ['keys', 'export', ...ring]);
  assert.doesNotMatch(jwks.stdout, /"d"/);
  assert.equal(JSON.parse(jwks.stdout).keys.length, 2);
  const pem = await portcullis(cwd, ['keys', 'export', ...ring, '--public', 'pem', '--kid', 'b']);
  assert.match(pem.stdout, /^-----BEGIN PUBLIC KEY-----\n[^-]+-----END PUBLIC KEY-----\n$/);
});

test('a private key is printed only when it is asked for by name', async (t) => {
  const cwd = await emptyFolder(t);
  const ring = ['--ring', 'ring.json'];
  await command(cwd, ['keys', 'generate', ...ring, '--kid', 'a']);
  const unnamed = await command(cwd, ['keys', 'export', ...ring, '--private']);
  assert.deepEqual([unnamed.code, unnamed.stdout], [2, '']);
  const named = await command(cwd, ['keys', 'export', ...ring, '--private', '--kid', 'a']);
  assert.equal(named.code, 0);
  assert.ok('d' in JSON.parse(named.stdout).keys[0]);
  assert.match(named.stderr, /PRIVATE/);
});

test('what cannot be done is told in one line with its exit code', async (t) => {
  const cwd = await emptyFolder(t);
  const cases: [number, string[]][] = [
    [2, ['keys', 'generate', '--ring', 'r', '--alg', 'HS256']],
    [2, ['keys', 'generate', '--ring', 'r', '--alg', 'none']],
    [2, ['keys', 'export', '--public', '--private', '--kid', 'a']],
    [3, ['keys', 'list', '--ring', 'missing.json']],
    [3, ['keys', 'list']],
  ];
  for (const [code, args] of cases) {
    const outcome = await command(cwd, args);
    assert.equal(outcome.code, code, args.join(' '));
    assert.equal(outcome.stdout, '');
    assert.match(outcome.stderr, /^portcullis: [^\n]+\n$/);
  }
});

test('a key to decrypt with is added to its file, and only its public half is printed', async (t) => {
  const cwd = await emptyFolder(t);
  const file = ['--file', 'ours.json'];
  const first = await portcullis(cwd, ['keys', 'decryption', ...file]);
  assert.deepEqual([first.code, Object.keys(JSON.parse(first.stdout).keys[0]).includes('d')], [0, false]);
  await command(cwd, ['keys', 'decryption', ...file, '--alg', 'RSA-OAEP-256']);
  const { keys } = JSON.parse(await readFile(join(cwd, 'ours.json'), 'utf8'));
  assert.deepEqual(
    keys.map(({ alg, use, d }: Record<string, unknown>) => [alg, use, typeof d]),
    [
      ['ECDH-ES', 'enc', 'string'],
      ['RSA-OAEP-256', 'enc', 'string'],
    ],
  );
  for (let more = 0; more < 2; more += 1) await command(cwd, ['keys', 'decryption', ...file]);
  assert.equal((await command(cwd, ['keys', 'decryption', ...file])).code, 1);
  assert.match(
    first.stderr,
    /decryption: \{ algorithms: \[ECDH-ES\], encryptions: \[A256GCM\], jwksFile: ours\.json \}/,
  );
  assert.equal((await command(cwd, ['keys', 'decryption', '--file', 'nowhere/ours.json'])).code, 5);
  assert.equal((await command(cwd, ['keys', 'decryption', ...file, '--alg', 'dir'])).code, 2);
  await writeFile(join(cwd, 'signing.json'), JSON.stringify({ keys: [{ ...keys[0], use: 'sig' }] }));
  assert.equal((await command(cwd, ['keys', 'decryption', '--file', 'signing.json'])).code, 3);
});
