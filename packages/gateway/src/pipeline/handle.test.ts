import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { TrustedProxies } from '@portcullis/guard/node';
import { Connection } from '../exchange/connection.ts';
import { Metrics } from '../telemetry/metrics.ts';
import { Telemetry } from '../telemetry/telemetry.ts';
import { createHandler } from './handle.ts';
import type { Runtime } from './runtime.ts';

test('a client that leaves before the decision is told as gone, not as answered', async (t) => {
  const asked = Promise.withResolvers<void>();
  const guard = {
    decide() {
      asked.resolve();
      return new Promise<never>(() => {});
    },
  };
  const recorded = Promise.withResolvers<string>();
  const log = {
    kept: true,
    write: (line: string) => recorded.resolve(line),
    dropped: 0,
    reopen() {},
    close: () => Promise.resolve(),
  };
  const telemetry = new Telemetry(new Metrics(), log, { sample: 1, help: '/reasons/' });
  const handle = createHandler({
    runtime: { current: { guard } } as unknown as Runtime,
    telemetry,
    proxies: new TrustedProxies([]),
    tracer: undefined,
    maxUrl: 8192,
    listenerFields: [],
    isDraining: () => false,
    onFault: (_id, error) => recorded.reject(error),
  });
  const server = createServer((request, response) => {
    handle(
      request,
      response,
      new Connection(request.socket, { isTrusted: () => false, secure: false }),
      false,
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const socket = connect(address.port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n');
  await asked.promise;
  socket.destroy();
  const { status, reason, help } = JSON.parse(await recorded.promise);
  assert.deepEqual([status, reason, help], [499, 'client_aborted', '/reasons/client_aborted']);
});
