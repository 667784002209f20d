import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { CliError } from './errors.ts';
import { describeFailure, writeTrouble } from './failures.ts';
import { emptyFolder, portcullis } from './testing/portcullis.ts';

test('trouble with a file names the file, in words', async (t) => {
  const folder = await emptyFolder(t);
  const file = join(folder, 'a-file');
  await writeFile(file, '');
  const error = await mkdir(join(file, 'x'), { recursive: true }).catch((thrown: unknown) => thrown);
  assert.deepEqual(describeFailure(error), {
    exit: 'unavailable',
    message: `${join(file, 'x')}: a part of the path is not a directory`,
  });
  for (const place of ['a-file', 'a-file/deeper']) {
    const { code, stderr } = await portcullis(folder, ['init', place]);
    assert.equal(code, 5, stderr);
    assert.match(stderr, /^portcullis: [^\n]*a-file[^\n]*\n$/);
  }
});

test('what the person can act on keeps its exit code, anything else is an internal fault', () => {
  assert.deepEqual(describeFailure(new CliError('notFound', 'm')), { exit: 'notFound', message: 'm' });
  const { exit, message } = describeFailure(new TypeError('x\u001b'));
  assert.equal(exit, 'internal');
  assert.match(message, /^internal fault: x\\u\{1b\}; .*--debug/);
});

test('a key that is too weak is not signed with', async (t) => {
  const folder = await emptyFolder(t);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const key = { ...privateKey.export({ format: 'jwk' }), kid: 'weak', alg: 'RS256', use: 'sig' };
  await writeFile(join(folder, 'ring.json'), JSON.stringify({ keys: [key] }), { mode: 0o600 });
  const args = ['token', 'mint', '--client', 'c', '--issuer', 'i', '--audience', 'a', '--ring', 'ring.json'];
  const { code, stdout, stderr } = await portcullis(folder, args);
  assert.deepEqual([code, stdout], [3, '']);
  assert.match(stderr, /^portcullis: [^\n]*2048[^\n]*\n$/);
});

test('what cannot be written is told by the name of the ring, not of the draft beside it', () => {
  const denied = Object.assign(new Error('x'), { code: 'EACCES', path: '/closed/ring.json.1-2-3.tmp' });
  const told = describeFailure(writeTrouble('/closed/ring.json', denied));
  assert.deepEqual(told, {
    exit: 'unavailable',
    message: '/closed/ring.json cannot be written: this user may not write in /closed',
  });
  const refused = new CliError('refused', 'x');
  assert.equal(writeTrouble('/closed/ring.json', refused), refused);
});
