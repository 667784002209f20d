import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { runPortcullis } from '../support/command.ts';
import { eventually, isAlive, workerPids } from '../support/processes.ts';
import { exchangeRaw, statuses } from '../support/raw.ts';
import { head, openRaw } from '../support/raw-connection.ts';
import { startTraffic, type TrafficSystem } from '../support/traffic.ts';
import { startUpstream } from '../support/upstream.ts';

const ok = async (system: TrafficSystem): Promise<boolean> =>
  fetch(`${system.url}/a/open/x`).then(
    (response) => response.ok,
    () => false,
  );
const listening = async (system: TrafficSystem): Promise<number> =>
  Number(/"workers":(\d+)/.exec(await (await fetch(`${system.adminUrl}/readyz`)).text())?.[1]);

describe('processes', { concurrency: 3 }, async () => {
  const upstream = await startUpstream({ after }, (request, response) => {
    request.resume();
    if (request.url?.includes('slow')) setTimeout(() => response.end('slow but sure'), 800);
    else response.end('ok');
  });
  const apis = [{ name: 'a', upstreams: [upstream.url] }];

  test('a worker that is killed is replaced while the other serves on', async (t) => {
    const system = await startTraffic(apis, 'workers: 2', t);
    const [first = 0, second = 0] = workerPids(system);
    assert.ok(first > 0 && second > 0);
    process.kill(first, 'SIGKILL');
    await eventually(() => !isAlive(first), 'its end');
    // A connection that the dead one's socket had queued may break; the next ones may not.
    await eventually(() => ok(system), 'service by the other');
    await eventually(async () => (await listening(system)) === 2, 'two workers');
    const now = workerPids(system);
    assert.equal(now.length, 2);
    assert.ok(now.includes(second) && !now.includes(first));
    for (let i = 0; i < 20; i += 1) assert.ok(await ok(system));
    assert.match(
      await (await fetch(`${system.adminUrl}/metrics`)).text(),
      /portcullis_worker_crashes_total 1/,
    );
  });

  test('a replacement that cannot start is tried again until it can', async (t) => {
    const system = await startTraffic(apis, 'workers: 2', t);
    const keys = join(system.folder, 'jwks.json');
    const good = readFileSync(keys, 'utf8');
    writeFileSync(keys, 'not a key set');
    process.kill(workerPids(system)[0] ?? 0, 'SIGKILL');
    await eventually(() => /worker did not start/.test(system.errors()), 'the failure, told');
    assert.ok(await ok(system));
    writeFileSync(keys, good);
    await eventually(async () => (await listening(system)) === 2, 'two workers');
    assert.equal(workerPids(system).length, 2);
  });

  test('when the supervisor is killed, its workers end and the port is free', async (t) => {
    const system = await startTraffic(apis, 'workers: 2', t);
    const workers = workerPids(system);
    assert.equal(workers.length, 2);
    const idle = await openRaw(system.url);
    system.process.kill('SIGKILL');
    await eventually(() => !workers.some(isAlive), 'the end of the workers');
    idle.close();
    const server = createServer();
    const { port } = new URL(system.url);
    await new Promise<void>((done, fail) =>
      server.once('error', fail).listen(Number(port), '127.0.0.1', done),
    );
    server.close();
  });

  for (const kept of [false, true]) {
    test(`SIGTERM lets a request under way finish${kept ? ' on a kept connection' : ''}, takes no new ones, and ends with 0`, async (t) => {
      const system = await startTraffic(apis, 'workers: 2, drain: 60s', t);
      const workers = workerPids(system);
      const [client, idle, fresh] = await Promise.all([
        openRaw(system.url),
        openRaw(system.url),
        openRaw(system.url),
      ]);
      idle.send(head('GET /a/open/x'));
      await idle.until(/ok/);
      client.send(head('GET /a/open/slow', kept ? 'Connection: keep-alive' : 'Connection: close'));
      await new Promise((done) => setTimeout(done, 200));
      const ended = system.stop('SIGTERM');
      await eventually(async () => !(await ok(system)), 'refused connections');
      const answer = await client.closed();
      assert.deepEqual(statuses(answer), [200]);
      assert.match(answer, /slow but sure/);
      await idle.closed();
      assert.equal(await ended, 0, 'ended well before gateway.drain');
      fresh.close();
      assert.equal(workers.some(isAlive), false);
    });
  }

  test('requests that outlast gateway.drain are broken off', async (t) => {
    const stuck = await startUpstream(t, () => {});
    const system = await startTraffic([{ name: 'a', upstreams: [stuck.url] }], 'workers: 1, drain: 1s', t);
    const client = await openRaw(system.url);
    client.send(head('GET /a/open/x'));
    await new Promise((done) => setTimeout(done, 200));
    assert.equal(await system.stop('SIGTERM'), 0);
    assert.deepEqual(statuses(await client.closed()), []);
  });

  test('a second start on the same addresses fails and says whose they are', async (t) => {
    const system = await startTraffic(apis, 'workers: 2', t);
    const second = await runPortcullis(['start', '--config', system.configFile]);
    assert.equal(second.code, 5);
    assert.match(second.stderr, /in use[\s\S]*listen\.(gateway|admin)/);
    assert.ok(await ok(system));
  });

  test('/livez, /readyz and what else the admin listener says', async (t) => {
    const system = await startTraffic(apis, 'workers: 2', t);
    const admin = (path: string, init?: RequestInit) => fetch(system.adminUrl + path, init);
    assert.equal((await admin('/livez')).status, 200);
    const ready = await admin('/readyz');
    assert.equal(ready.status, 200);
    assert.deepEqual(await ready.json(), {
      ready: true,
      revision: 1,
      workers: 2,
      wanted: 2,
      issuersWithoutKeys: [],
    });
    assert.equal((await admin('/elsewhere')).status, 404);
    assert.equal((await admin('/metrics', { method: 'POST' })).status, 405);
    const rebound = await exchangeRaw(system.adminUrl, 'GET /metrics HTTP/1.1\r\nHost: rebound.test\r\n\r\n');
    assert.deepEqual(statuses(rebound), [421], 'a name of a stranger for loopback (DNS rebinding)');
  });

  test('metrics are the sums over all workers', async (t) => {
    const system = await startTraffic(apis, 'workers: 2', t);
    const count = 60;
    const close = { headers: { connection: 'close' } };
    for (let i = 0; i < count; i += 1) {
      await (await fetch(`${system.url}/a/open/x`, close)).text();
      await (await fetch(`${system.url}/a/guarded`, close)).text();
    }
    await eventually(async () => {
      const text = await (await fetch(`${system.adminUrl}/metrics`)).text();
      const value = (series: string): number =>
        Number(
          text
            .split('\n')
            .find((line) => line.startsWith(`${series} `))
            ?.split(' ')
            .at(-1),
        );
      return (
        value('portcullis_requests_total{api="a",status="200"}') === count &&
        value('portcullis_requests_total{api="a",status="401"}') === count &&
        value('portcullis_refusals_total{api="a",reason="credential_missing"}') === count &&
        value('portcullis_request_duration_seconds_count{api="a"}') === 2 * count &&
        value('portcullis_request_duration_seconds_bucket{api="a",le="+Inf"}') === 2 * count &&
        value('portcullis_upstream_duration_seconds_count{api="a"}') === count &&
        value('portcullis_workers') === 2 &&
        value('portcullis_revision') === 1
      );
    }, 'the right sums');
  });
});
