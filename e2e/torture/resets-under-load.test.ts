import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { workerPids } from '../support/processes.ts';
import { resetConnection } from '../support/reset-connection.ts';
import { startTraffic } from '../support/traffic.ts';
import { startRawUpstream } from '../support/upstream.ts';

/** Answers, and resets the kept connection at once or a moment later: as the next request is on its way to it. */
function resetting(): (socket: Socket) => void {
  let answers = 0;
  return (socket) => {
    socket.on('data', () => {
      const wait = answers % 4;
      answers += 1;
      const reset = (): void => resetConnection(socket);
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', () => {
        if (wait === 0) reset();
        else if (wait === 1) setImmediate(reset);
        else setTimeout(reset, wait - 1);
      });
    });
  };
}

for (const [clients, what] of [
  [4, 'as many requests as connections'],
  [8, 'requests that wait for a connection'],
] as const) {
  test(`an upstream that resets kept connections ends no worker, nor a request that it never had: ${what}`, async (t) => {
    const url = await startRawUpstream(t, resetting());
    const system = await startTraffic([{ name: 'a', upstreams: [url] }], 'workers: 1, connections: 4', t);
    const workers = workerPids(system);
    const statuses = new Map<number, number>();
    const client = async (): Promise<void> => {
      for (let i = 0; i < 300; i += 1) {
        const { status } = await fetch(`${system.url}/a/open/x`);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
    assert.deepEqual(workerPids(system), workers, system.errors().slice(0, 1500));
    assert.deepEqual([...statuses], [[200, clients * 300]]);
  });
}
