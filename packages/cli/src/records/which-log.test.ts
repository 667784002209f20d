import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { command, emptyFolder, portcullis } from '../testing/portcullis.ts';

const RECORD = `${JSON.stringify({ id: 'one', method: 'GET', path: '/a', status: 200 })}\n`;

test("explain needs no secrets of the gateway, only the log's name", async (t) => {
  const cwd = await emptyFolder(t);
  const secret = 'issuers: [{ name: a, issuer: a, algorithms: [HS256], secrets: ["${SECRET_NEW}"] }]\n';
  const file = join(cwd, 'portcullis.yaml');
  await writeFile(file, `log: { access: ./access.log }\n${secret}`);
  await writeFile(join(cwd, 'access.log'), RECORD);
  assert.equal((await command(cwd, ['explain', 'one'])).code, 0);

  await writeFile(file, `log: { access: "\${LOG_FILE}" }\n${secret}`);
  const unnamed = await command(cwd, ['explain', 'one']);
  assert.equal(unnamed.code, 3);
  assert.match(unnamed.stderr, /LOG_FILE, which is not set; name the log with --log/);
  assert.equal((await command(cwd, ['explain', 'one'], { env: { LOG_FILE: 'access.log' } })).code, 0);

  await writeFile(file, 'gatway: {}\n');
  const invalid = await command(cwd, ['explain', 'one']);
  assert.equal(invalid.code, 3);
  assert.match(invalid.stderr, /--log/);
});

for (const log of ['-', '/dev/stdin']) {
  test(`explain reads records from standard input with --log ${log}`, async (t) => {
    const cwd = await emptyFolder(t);
    const input = `gateway-1  | not JSON {\ngateway-1  | ${RECORD}`;
    const told = await portcullis(cwd, ['explain', 'one', '--log', log], { input });
    assert.equal(told.code, 0, told.stderr);
    assert.match(told.stdout, /was let through[\s\S]*From standard input\n$/);
    const missing = await portcullis(cwd, ['explain', 'two', '--log', log], { input });
    assert.equal(missing.code, 4);
    assert.match(missing.stderr, /^portcullis: no record of two on standard input\n$/);
  });
}

test('where records go to stdout, explain shows how to hand them over', async (t) => {
  const cwd = await emptyFolder(t);
  await writeFile(join(cwd, 'portcullis.yaml'), 'log: { access: stdout }\n');
  const { stderr } = await command(cwd, ['explain', 'one']);
  assert.match(stderr, /"kubectl logs … \| portcullis explain one --log -"/);
});

test('a folder given as the log is called a folder', async (t) => {
  const cwd = await emptyFolder(t);
  await mkdir(join(cwd, 'logs'));
  const { code, stderr } = await command(cwd, ['explain', 'one', '--log', 'logs']);
  assert.equal(code, 4);
  assert.match(stderr, /logs is a directory/);
});
