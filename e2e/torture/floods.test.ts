import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, isAlive, residentMemory, workerPids } from '../support/processes.ts';
import { head, openRaw } from '../support/raw-connection.ts';
import { startTraffic, type TrafficSystem } from '../support/traffic.ts';
import { startUpstream } from '../support/upstream.ts';

const REQUEST = 'GET /a/open/x HTTP/1.1\r\nHost:a\r\n\r\n';
const BATCH = 4000;
/** 54 MB of requests, far more than the kernel keeps for a socket. */
const BATCHES = 400;
/** With a bound it is 2 MB, without one the flood and more. */
const MOST_GROWTH = 20 * 1024 * 1024;
/** A worker that took in whatever comes would have all of it by then. */
const LONGEST_FLOOD = 5000;

const connections = async (system: TrafficSystem): Promise<number> => {
  const text = await (await fetch(`${system.adminUrl}/metrics`)).text();
  return Number(/^portcullis_connections (\d+)$/m.exec(text)?.[1]);
};

/** Answers so many requests that the worker's heap has its lasting size; only then is growth the flood's. */
async function fillYoungGeneration(system: TrafficSystem): Promise<void> {
  const client = await openRaw(system.url);
  const last = head('GET /nowhere', 'Connection: close');
  client.send(REQUEST.repeat(3 * BATCH) + last);
  assert.match(await client.closed(), /HTTP\/1\.1 404 /);
}

for (const [name, first] of [
  ['behind a request that hangs', head('GET /a/open/hang')],
  ['behind one that ends its connection', head('GET /a/open/hang') + head('GET /a/open/x', 'Host: b')],
  ['of requests that are answered at once', ''],
] as const) {
  test(`an endless pipeline ${name} costs neither memory nor the worker`, async (t) => {
    const upstream = await startUpstream(t, (request, response) => {
      if (!request.url?.includes('hang')) response.end('ok');
    });
    const system = await startTraffic([{ name: 'a', upstreams: [upstream.url] }], 'workers: 1', t);
    const [pid = 0] = workerPids(system);
    await fillYoungGeneration(system);
    const before = residentMemory(pid);
    const client = await openRaw(system.url);
    client.send(first);
    await sleep(200);
    const end = Date.now() + LONGEST_FLOOD;
    for (let i = 0; i < BATCHES && isAlive(pid) && Date.now() < end; i += 1) {
      if (client.socket.write(REQUEST.repeat(BATCH))) continue;
      const drained = new Promise<boolean>((done) => client.socket.once('drain', () => done(true)));
      if (!(await Promise.race([drained, sleep(1000).then(() => false)]))) break; // nobody reads on: as it should be
    }
    assert.ok(residentMemory(pid) - before < MOST_GROWTH, `${residentMemory(pid) - before} bytes`);
    client.close();
    assert.equal((await fetch(`${system.url}/nowhere`)).status, 404);
    await eventually(async () => (await connections(system)) <= 1, 'the end of the connection');
    assert.deepEqual(workerPids(system), [pid]);
  });
}

test('clients that never read what they are told are given up', async (t) => {
  const big = Buffer.alloc(3_000_000, 'b');
  const upstream = await startUpstream(t, (_, response) => response.end(big));
  const more = ['timeouts: { idle: 2s }'];
  const gateway = 'workers: 1, timeouts: { idle: 2s, keepAlive: 2s }';
  const system = await startTraffic([{ name: 'a', upstreams: [upstream.url], more }], gateway, t);
  const port = Number(new URL(system.url).port);
  const sockets = ['GET /a/x', 'GET /a/open/x'].flatMap((line) =>
    Array.from({ length: 20 }, () => {
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      socket.pause();
      socket.write(head(line).repeat(line.includes('open') ? 1 : 5000));
      return socket;
    }),
  );
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  await sleep(500);
  await eventually(async () => (await connections(system)) <= 1, 'the end of all of them');
});

test('bodies of the smallest chunks do not keep a worker from its other clients', async (t) => {
  const upstream = await startUpstream(t, (request, response) => {
    request.resume().once('end', () => response.end('ok'));
  });
  const system = await startTraffic([{ name: 'a', upstreams: [upstream.url] }], 'workers: 1', t);
  const workers = workerPids(system);
  const body = `${'1\r\na\r\n'.repeat(200_000)}0\r\n\r\n`;
  const clients = await Promise.all(Array.from({ length: 16 }, () => openRaw(system.url)));
  for (const client of clients) client.send(head('POST /a/open/x', 'Transfer-Encoding: chunked') + body);
  assert.equal((await fetch(`${system.url}/a/open/y`)).status, 200);
  for (const client of clients) {
    assert.match(await client.until(/ok\r\n0\r\n\r\n$|ok$/), /^HTTP\/1\.1 200 /);
    client.close();
  }
  assert.deepEqual(workerPids(system), workers);
});

test('who sends a big body that is refused can read why', async (t) => {
  const upstream = await startUpstream(t);
  const system = await startTraffic([{ name: 'a', upstreams: [upstream.url] }], 'workers: 1', t);
  const body = Buffer.alloc(900_000, 'x');
  for (let i = 0; i < 20; i += 1) {
    const response = await fetch(`${system.url}/a/x`, { method: 'POST', body });
    assert.equal(response.status, 401);
    await response.text();
  }
});
