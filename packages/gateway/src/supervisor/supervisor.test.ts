import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseConfig, type RevocationFeed } from '@portcullis/guard';
import { StartError } from '../errors.ts';
import { freePort } from '../testing/free-port.ts';
import { runningWorkers } from '../testing/running-workers.ts';
import { type RunningGateway, startGateway } from './supervisor.ts';

const folder = mkdtempSync(join(tmpdir(), 'portcullis-supervisor-'));
after(() => rmSync(folder, { recursive: true }));

/** A gateway whose revocations are read as `read` says. */
async function start(admin: number, read: () => Promise<void>): Promise<RunningGateway> {
  const file = join(folder, 'portcullis.yaml');
  const text = `
    listen: { gateway: "127.0.0.1:0", admin: "127.0.0.1:${admin}" }
    gateway: { workers: 1 }
    log: { access: off }
    apis:
      - name: a
        basePath: /a
        upstreams: [{ url: "http://127.0.0.1:1" }]
        routes: [{ match: "* /{rest*}", public: true }]
  `;
  writeFileSync(file, text);
  const configuration = parseConfig(text, { file, env: {} });
  const revocations: RevocationFeed = {
    async follow() {
      await read();
      return () => {};
    },
  };
  const logger = { info() {}, warn() {}, error() {} };
  return startGateway({ loaded: { text, configuration }, revocations, logger });
}

test('a worker that ends while revocations are read is replaced', async () => {
  let killed: number | undefined;
  const gateway = await start(0, async () => {
    await nextTurn();
    const [worker] = runningWorkers();
    assert.ok(worker !== undefined);
    killed = worker.process.pid;
    worker.process.kill('SIGKILL');
    await once(worker, 'exit');
  });
  assert.equal((await fetch(`http://${gateway.addresses.gateway}`)).status, 404);
  assert.notEqual(runningWorkers()[0]?.process.pid, killed);
  await gateway.stop();
});

test('a start that fails at its very end leaves nothing behind', async () => {
  const admin = await freePort();
  const other = createServer();
  const started = start(admin, async () => {
    other.listen(admin, '127.0.0.1'); // after it was looked whether it is free
    await once(other, 'listening');
  });
  await assert.rejects(started, StartError);
  assert.deepEqual(runningWorkers(), []);
  other.close();
});

test('a start that cannot read what is revoked fails, says why, and leaves nothing behind', async () => {
  await assert.rejects(
    start(0, () => Promise.reject(new Error('the table is away'))),
    (error) => error instanceof StartError && /the table is away/.test(error.message),
  );
  assert.deepEqual(runningWorkers(), []);
});
