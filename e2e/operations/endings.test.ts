import assert from 'node:assert/strict';
import { test } from 'node:test';
import { workerPids } from '../support/processes.ts';
import { head, openRaw } from '../support/raw-connection.ts';
import { startTraffic } from '../support/traffic.ts';
import { startUpstream } from '../support/upstream.ts';

test('a request that gateway.drain breaks off stands in the access log', async (t) => {
  const stuck = await startUpstream(t, () => {});
  const system = await startTraffic([{ name: 'a', upstreams: [stuck.url] }], 'workers: 1, drain: 1s', t);
  const client = await openRaw(system.url);
  client.send(head('GET /a/open/x'));
  await new Promise((done) => setTimeout(done, 200));
  assert.equal(await system.stop('SIGTERM'), 0);
  assert.deepEqual(
    system.log().map(({ path, status }) => [path, status]),
    [['/a/open/x', 499]],
  );
});

test('a worker that ends while metrics are collected is counted once', async (t) => {
  const upstream = await startUpstream(t);
  const system = await startTraffic([{ name: 'a', upstreams: [upstream.url] }], 'workers: 1', t);
  for (let i = 0; i < 10; i += 1) await (await fetch(`${system.url}/a/open/x`)).text();
  const answered = async (): Promise<string | undefined> => {
    const text = await (await fetch(`${system.adminUrl}/metrics`)).text();
    return /portcullis_requests_total\{api="a",status="200"\} (\d+)/.exec(text)?.[1];
  };
  assert.equal(await answered(), '10');
  const [worker = 0] = workerPids(system);
  process.kill(worker, 'SIGSTOP');
  const during = answered();
  await new Promise((done) => setTimeout(done, 300));
  process.kill(worker, 'SIGKILL');
  assert.equal(await during, '10');
  assert.equal(await answered(), '10');
});
