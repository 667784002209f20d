import assert from 'node:assert/strict';
import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { CliError } from '../errors.ts';
import { emptyFolder } from '../testing/portcullis.ts';
import { findRecord } from './find-record.ts';
import { logFiles } from './log-files.ts';

const line = (id: string, more: object = {}) => `${JSON.stringify({ id, ...more })}\n`;

test('a record is found in the log, in a rotated file and in a compressed one', async (t) => {
  const log = join(await emptyFolder(t), 'access.log');
  await writeFile(log, line('now'));
  await writeFile(`${log}.1`, line('before'));
  await writeFile(`${log}-20261121.gz`, gzipSync(line('long ago', { status: 401 })));
  const files = await logFiles(log);
  assert.equal((await findRecord(files, 'now'))?.file, log);
  assert.equal((await findRecord(files, 'before'))?.file, `${log}.1`);
  assert.deepEqual((await findRecord(files, 'long ago'))?.record, { id: 'long ago', status: 401 });
  assert.equal(await findRecord(files, 'never'), undefined);
});

test('the newest file is searched first, and other files beside the log are left alone', async (t) => {
  const folder = await emptyFolder(t);
  const log = join(folder, 'access.log');
  for (const [name, age] of [
    ['access.log.2', 300],
    ['access.log', 100],
    ['access.log.1', 200],
  ] as const) {
    await writeFile(join(folder, name), '');
    await utimes(join(folder, name), age * -1 + 1e9, age * -1 + 1e9);
  }
  await writeFile(join(folder, 'access.log.bak'), line('other'));
  await writeFile(join(folder, 'xaccess.log.1'), line('other'));
  assert.deepEqual(await logFiles(log), [log, `${log}.1`, `${log}.2`]);
});

test('the id must be the id, not something that holds it', async (t) => {
  const log = join(await emptyFolder(t), 'access.log');
  await writeFile(log, line('x', { path: '/wanted' }) + line('wanted2') + line('wanted', { status: 200 }));
  assert.deepEqual((await findRecord([log], 'wanted'))?.record, { id: 'wanted', status: 200 });
});

test('a trace finds its last request, and a request of that very id comes before it', async (t) => {
  const log = join(await emptyFolder(t), 'access.log');
  await writeFile(log, line('a', { trace: 'both' }) + line('b', { trace: 'both' }));
  assert.equal((await findRecord([log], 'both'))?.record.id, 'b');
  await writeFile(log, line('both', { trace: 'x' }) + line('c', { trace: 'both' }));
  assert.equal((await findRecord([log], 'both'))?.record.id, 'both');
});

test('broken and half-written lines are passed over, and the last record counts', async (t) => {
  const log = join(await emptyFolder(t), 'access.log');
  await writeFile(log, `${line('id', { n: 1 })}{"id":"id"\n"id"\n${line('id', { n: 2 })}{"id":"id","n":`);
  assert.equal((await findRecord([log], 'id'))?.record['n'], 2);
});

test('a damaged compressed file is an error, not an endless wait', async (t) => {
  const log = join(await emptyFolder(t), 'access.log.1.gz');
  await writeFile(log, gzipSync(line('id').repeat(1000)).subarray(0, 40));
  await assert.rejects(
    findRecord([log], 'nothing'),
    (error) => error instanceof CliError && error.message.includes(log),
  );
});
