import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { command, emptyFolder, portcullis } from '../testing/portcullis.ts';
import { addKey, readRing } from './ring.ts';

const KIDS = ['a', 'b', 'c', 'd', 'e', 'f'];

test('keys made by six commands at once are all kept', async (t) => {
  const folder = await emptyFolder(t);
  const made = await Promise.all(
    KIDS.map((kid) => portcullis(folder, ['keys', 'generate', '--ring', 'ring.json', '--kid', kid])),
  );
  assert.deepEqual(
    made.map(({ code }) => code),
    KIDS.map(() => 0),
  );
  const { keys } = await readRing(join(folder, 'ring.json'));
  assert.deepEqual(keys.map(({ kid }) => kid).sort(), KIDS);
  assert.deepEqual(await readdir(folder), ['ring.json']);
});

test('a lock that a dead process left behind is taken over, by several at once too', async (t) => {
  const folder = await emptyFolder(t);
  const file = join(folder, 'ring.json');
  const dead = spawn(process.execPath, ['--version']);
  await once(dead, 'close');
  await writeFile(`${file}.lock`, `${dead.pid} ${hostname()} x`);
  await Promise.all(KIDS.map((kid) => addKey(file, 'ES256', kid)));
  assert.equal((await readRing(file)).keys.length, KIDS.length);
  assert.deepEqual(await readdir(folder), ['ring.json']);
});

test('the lock of a living process is respected, as is that of another machine: nothing is made', async (t) => {
  const respected = async (holder: string) => {
    const folder = await emptyFolder(t);
    await writeFile(join(folder, 'ring.json.lock'), holder);
    const { code, stdout, stderr } = await command(folder, ['keys', 'generate', '--ring', 'ring.json']);
    assert.deepEqual([code, stdout], [5, ''], holder);
    assert.match(
      stderr,
      /^portcullis: the key ring .*ring\.json is being changed by another command; try again/,
    );
    assert.deepEqual(await readdir(folder), ['ring.json.lock']);
  };
  await Promise.all([respected(`${process.pid} ${hostname()} x`), respected('4194305 elsewhere x')]);
});
