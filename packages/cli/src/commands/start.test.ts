import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { type ClientRequest, request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { demoToken, startDemo, writeDemo } from '../testing/demo.ts';
import { cleanEnvironment, emptyFolder, MAIN, type Outcome, portcullis } from '../testing/portcullis.ts';

test('the demo lets an authorised request through, refuses the others, and can explain itself', async (t) => {
  const cwd = await emptyFolder(t);
  const { ports, child, ended, printed } = await startDemo(t, cwd);
  const order = `http://127.0.0.1:${ports.gateway}/orders/42`;
  const mint = (scope: string) => demoToken(cwd, ports, scope);
  const get = async (token?: string) => {
    const response = await fetch(
      order,
      token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
    );
    return {
      status: response.status,
      id: response.headers.get('x-request-id') ?? '',
      body: await response.text(),
    };
  };

  assert.equal((await get()).status, 401);
  const read = await mint('read:orders');
  const allowed = await get(read);
  assert.equal(allowed.status, 200);
  const { caller } = JSON.parse(allowed.body);
  assert.deepEqual(
    [caller['x-user-id'], caller['x-client-id'], caller['x-scopes']],
    ['demo', 'demo', 'read:orders'],
  );
  assert.equal(caller['x-request-id'], allowed.id);
  const denied = await get(await mint('write:orders'));
  assert.equal(denied.status, 403);

  const story = await explained(cwd, denied.id);
  assert.match(story.stdout, /scope_missing[\s\S]*FAIL +requirement[\s\S]*rule, line \d+[\s\S]*read:orders/);
  assert.match((await explained(cwd, allowed.id)).stdout, /was let through: it passed every check/);
  assert.equal((await portcullis(cwd, ['token', 'verify'], { input: read })).code, 0);
  assert.match(printed(), /WARNING: made the master key/);
  const log = await readFile(join(cwd, 'data/demo/access.log'), 'utf8');
  assert.ok(!log.includes(read.split('.')[2] ?? read), 'no token in the log');
  assert.equal((await stat(join(cwd, 'data/demo/master-key.json'))).mode & 0o777, 0o600);

  child.kill('SIGINT');
  assert.equal(await ended, 0);
  await assert.rejects(fetch(order), 'nothing listens any more');
});

/** Log records are written within a moment of the answer. */
async function explained(cwd: string, id: string): Promise<Outcome> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const outcome = await portcullis(cwd, ['explain', id]);
    if (outcome.code !== 4) return outcome;
    await pause(100);
  }
  throw new Error(`no record of ${id}`);
}

test('the tour names the demo where another configuration would be found first', async (t) => {
  const cwd = await emptyFolder(t);
  await writeFile(join(cwd, 'portcullis.yaml'), '');
  const { child, ended, printed } = await startDemo(t, cwd);
  assert.match(printed(), /npx portcullis revoke \$TOKEN -c data\/demo\/portcullis\.yaml/);
  child.kill('SIGINT');
  child.kill('SIGINT'); // npm hands on the Ctrl-C that the terminal has sent already
  assert.equal(await ended, 0);
});

test('a Ctrl-C while starting ends the start, and nothing is called a failure', async (t) => {
  const cwd = await emptyFolder(t);
  await writeDemo(cwd);
  // Of a group of its own, as a terminal has it: the signal reaches the workers too.
  const child = spawn(process.execPath, [MAIN, 'start', '--demo'], {
    cwd,
    env: cleanEnvironment(),
    detached: true,
  });
  t.after(() => child.kill('SIGKILL'));
  const ended = once(child, 'close');
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  for await (const chunk of child.stderr) {
    // The issuer runs, and the gateway is about to start.
    if (!printed.includes('WARNING') && String(chunk).includes('WARNING') && child.pid !== undefined) {
      process.kill(-child.pid, 'SIGINT');
    }
    printed += String(chunk);
  }
  assert.deepEqual((await ended)[0], 0, printed);
  const [warning, ...rest] = printed.trimEnd().split('\n');
  assert.match(warning ?? '', /WARNING: made the master key/);
  assert.deepEqual(rest, [
    'portcullis: stopping; requests under way may finish. Once more ends them at once.',
  ]);
});

test('the configuration may be named as an argument', async (t) => {
  const cwd = await emptyFolder(t);
  const missing = await portcullis(cwd, ['start', 'mine.yaml']);
  assert.deepEqual([missing.code, missing.stderr.includes(join(cwd, 'mine.yaml'))], [3, true]);
  assert.equal((await portcullis(cwd, ['start', 'mine.yaml', '--demo'])).code, 2);
});

test('SIGTERM lets a request under way finish, and a second signal does not wait for it', async (t) => {
  const cwd = await emptyFolder(t);
  const { ports, child, ended, printed } = await startDemo(t, cwd);
  const upload = await unfinishedUpload(t, await demoToken(cwd, ports, 'write:orders'), ports.gateway);
  child.kill('SIGTERM');
  await pause(1500);
  assert.match(printed(), /stopping; requests under way may finish/);
  assert.equal(child.exitCode, null, 'it waits');
  child.kill('SIGTERM');
  assert.equal(await ended, 143);
  upload.destroy();
});

/** A request whose body never ends. */
async function unfinishedUpload(t: TestContext, token: string, port: number): Promise<ClientRequest> {
  const headers = { authorization: `Bearer ${token}`, 'transfer-encoding': 'chunked' };
  const upload = request({ host: '127.0.0.1', port, path: '/orders', method: 'POST', headers });
  upload.on('error', () => {});
  t.after(() => upload.destroy());
  upload.write('half of it');
  await once(upload, 'socket');
  await pause(300);
  return upload;
}

test('the demo tells in plain words whether a saved configuration is used', async (t) => {
  const cwd = await emptyFolder(t);
  const { printed } = await startDemo(t, cwd);
  const file = join(cwd, 'data/demo/portcullis.yaml');
  const told = async (words: RegExp) => {
    for (let i = 0; i < 100 && !words.test(printed()); i += 1) await pause(100);
    assert.match(printed(), words);
  };
  const good = await readFile(file, 'utf8');
  await writeFile(file, good.replace('read:orders', 'read:everything'));
  await told(/^portcullis: configuration reloaded \(revision 2\)$/m);
  await writeFile(file, good.replace('upstreams', 'upstream'));
  await told(/^portcullis: the changed configuration is not used:\n.*portcullis\.yaml:\d+:\d+ .*upstream/m);
});

test('an edited demo configuration is not written over', async (t) => {
  const cwd = await emptyFolder(t);
  const { ports } = await occupied(t, cwd, 'api');
  const file = join(cwd, 'data/demo/portcullis.yaml');
  const edited = `${await readFile(file, 'utf8')}# mine\n`;
  await writeFile(file, edited);
  await portcullis(cwd, ['start', '--demo']);
  assert.equal(await readFile(file, 'utf8'), edited);
  assert.ok(edited.includes(`:${ports.api}"`));
});

for (const [part, key] of [
  ['gateway', /listen\.gateway/],
  ['issuer', /listen\.issuer \([^)]*portcullis\.yaml:\d+\)/],
  ['admin', /listen\.admin/],
  ['api', /upstream \([^)]*portcullis\.yaml:\d+\)/],
] as const) {
  test(`a taken port of the ${part} is told with the key that changes it, and nothing is left running`, async (t) => {
    const cwd = await emptyFolder(t);
    const { ports } = await occupied(t, cwd, part);
    const { code, stderr } = await portcullis(cwd, ['start', '--demo']);
    assert.equal(code, 5, stderr);
    assert.match(stderr, key);
    assert.ok(stderr.includes(`127.0.0.1:${ports[part]}`));
  });
}

/** A demo of which one port is taken by another program. */
async function occupied(t: TestContext, cwd: string, part: 'gateway' | 'issuer' | 'admin' | 'api') {
  const ports = await writeDemo(cwd);
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(ports[part], '127.0.0.1', resolve));
  t.after(() => other.close());
  return { ports };
}

test('a start without the master key says how to make one', async (t) => {
  const cwd = await emptyFolder(t);
  await portcullis(cwd, ['init']);
  const { code, stderr } = await portcullis(cwd, ['start']);
  assert.equal(code, 3);
  assert.match(stderr, /master-key\.json cannot be read.*portcullis master-key generate/);
});
