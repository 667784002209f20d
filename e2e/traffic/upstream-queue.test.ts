import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, workerPids } from '../support/processes.ts';
import { head, openRaw } from '../support/raw-connection.ts';
import { startTraffic } from '../support/traffic.ts';
import { startRawUpstream, startUpstream } from '../support/upstream.ts';

test('a client that leaves while it waits for an upstream gives its place to the next', async (t) => {
  const upstream = await startUpstream(t, (request, response) => {
    setTimeout(() => response.end('ok'), request.url?.includes('slow') ? 1500 : 0);
  });
  const apis = [{ name: 'a', upstreams: [upstream.url] }];
  const system = await startTraffic(apis, 'workers: 1, connections: 1', t);
  const first = await openRaw(system.url);
  first.send(head('GET /a/open/slow'));
  await new Promise((done) => setTimeout(done, 100));
  const leaver = await openRaw(system.url);
  leaver.send(head('GET /a/open/left'));
  await new Promise((done) => setTimeout(done, 100));
  leaver.close();
  await eventually(() => system.log().some(({ path }) => path === '/a/open/left'), 'its end, in the log');
  assert.equal((await fetch(`${system.url}/a/open/next`)).status, 200);
  first.close();
});

test('where one upstream is busy, another one that is free takes the request; else whichever is free first', async (t) => {
  const waiting: (() => void)[] = [];
  const [hung, brisk] = await Promise.all(
    [true, false].map((hangs) =>
      startUpstream(t, (_request, response) => {
        if (hangs) waiting.push(() => response.end('late'));
        else setTimeout(() => response.end('ok'), 20);
      }),
    ),
  );
  const upstreams = [hung?.url ?? '', brisk?.url ?? ''];
  const system = await startTraffic([{ name: 'a', upstreams }], 'workers: 1, connections: 2', t);
  let answered = 0;
  const hold = Array.from({ length: 4 }, async () => {
    await fetch(`${system.url}/a/open/x`);
    answered += 1;
  });
  await eventually(() => waiting.length === 2 && answered === 2, 'all connections of one in use');
  const statuses = await Promise.all(
    Array.from({ length: 4 }, async () => (await fetch(`${system.url}/a/open/x`)).status),
  );
  assert.deepEqual(statuses, [200, 200, 200, 200]);
  for (const end of waiting) end();
  await Promise.all(hold);
});

test('a request whose body breaks just as its turn comes keeps no upstream connection', async (t) => {
  const held = new Set<Socket>();
  const url = await startRawUpstream(t, (socket) => {
    socket.on('data', (bytes: Buffer) => {
      if (bytes.includes('/open/hold')) held.add(socket);
      else if (!bytes.includes('/open/broken'))
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
  });
  const connections = 10;
  const system = await startTraffic(
    [{ name: 'a', upstreams: [url] }],
    `workers: 1, connections: ${connections}`,
    t,
  );
  const [worker = 0] = workerPids(system);
  const open = () => Promise.all(Array.from({ length: connections }, () => openRaw(system.url)));
  for (let round = 0; round < 4; round += 1) {
    held.clear();
    const [holders, broken] = [await open(), await open()];
    for (const client of holders) client.send(head('GET /a/open/hold'));
    await eventually(() => held.size === connections, 'all connections in use');
    for (const client of broken) client.send(head('POST /a/open/broken', 'Transfer-Encoding: chunked'));
    await sleep(100);
    // All of it has come by the time that the worker looks again.
    process.kill(worker, 'SIGSTOP');
    for (const socket of held) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    for (const client of broken) client.send('no chunk\r\n');
    await sleep(50);
    process.kill(worker, 'SIGCONT');
    await eventually(() => broken.every((client) => client.received().includes(' 400 ')), 'their answers');
    const next = Array.from({ length: connections }, () => fetch(`${system.url}/a/open/next`));
    assert.ok((await Promise.all(next)).every(({ status }) => status === 200));
    for (const client of [...holders, ...broken]) client.close();
  }
});
