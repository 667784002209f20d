import assert from 'node:assert/strict';
import { type AddressInfo, connect, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { TrustedProxies } from '@portcullis/guard/node';
import { HttpConnection } from '../listener/http-connection.ts';
import { Metrics } from '../telemetry/metrics.ts';
import { Telemetry } from '../telemetry/telemetry.ts';
import { createHandler } from './handle.ts';
import type { Runtime } from './runtime.ts';

/** A server whose decisions never come. */
async function undecided(t: TestContext, onLine: (line: string) => void) {
  const asked = Promise.withResolvers<void>();
  const guard = {
    decide() {
      asked.resolve();
      return new Promise<never>(() => {});
    },
  };
  const log = { kept: true, write: onLine, dropped: 0, reopen() {}, close: () => Promise.resolve() };
  const handle = createHandler({
    runtime: { current: { guard } } as unknown as Runtime,
    telemetry: new Telemetry(new Metrics(), log, { sample: 1, help: '/reasons/' }),
    proxies: new TrustedProxies([]),
    tracer: undefined,
    maxUrl: 8192,
    listenerFields: [],
    isDraining: () => false,
    onFault: (_id, error) => assert.fail(String(error)),
  });
  const peer = { address: '127.0.0.1', trusted: false, secure: false };
  const options = { maxHead: 16384, onRequest: handle, onBrokenHead: () => assert.fail('a broken head') };
  const server = createServer((socket) => new HttpConnection(socket, peer, options));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { port, asked: asked.promise };
}

test('a client that leaves before the decision is told as gone, not as answered', async (t) => {
  const recorded = Promise.withResolvers<string>();
  const { port, asked } = await undecided(t, recorded.resolve);
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n');
  await asked;
  socket.destroy();
  const { status, reason, help } = JSON.parse(await recorded.promise);
  assert.deepEqual([status, reason, help], [499, 'client_aborted', '/reasons/client_aborted']);
});

test('each request that waits in a pipeline is told as gone with its client', async (t) => {
  const paths: string[] = [];
  const all = Promise.withResolvers<void>();
  const { port, asked } = await undecided(t, (line) => {
    const { path, reason } = JSON.parse(line);
    assert.equal(reason, 'client_aborted');
    if (paths.push(path) === 5) all.resolve();
  });
  const socket = connect(port, '127.0.0.1');
  for (let i = 0; i < 5; i += 1) socket.write(`GET /${i} HTTP/1.1\r\nHost: a.test\r\n\r\n`);
  await asked;
  await new Promise((done) => setTimeout(done, 50)); // the rest of the pipeline is read, too
  socket.destroy();
  await all.promise;
  assert.deepEqual(paths.toSorted(), ['/0', '/1', '/2', '/3', '/4']);
});
