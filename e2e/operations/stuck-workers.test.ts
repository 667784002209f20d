import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { eventually, isAlive, workerPids } from '../support/processes.ts';
import { startTraffic, type TrafficSystem } from '../support/traffic.ts';
import { startUpstream } from '../support/upstream.ts';

const metric = async (system: TrafficSystem, name: string): Promise<number> => {
  const text = await (await fetch(`${system.adminUrl}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
};

describe('a worker that does not respond', async () => {
  const upstream = await startUpstream({ after });
  const apis = [{ name: 'a', upstreams: [upstream.url] }];
  const system = await startTraffic(apis, 'workers: 2, timeouts: { worker: 2s }');

  test('is ended, told, counted and replaced, while the others serve on', async () => {
    const [stuck = 0, other = 0] = workerPids(system);
    process.kill(stuck, 'SIGSTOP'); // its event loop stands still, as in an endless loop
    await eventually(() => !isAlive(stuck), 'its end');
    await eventually(() => workerPids(system).length === 2, 'its successor');
    assert.ok(workerPids(system).includes(other));
    await eventually(
      () => /"worker does not respond, ending it"/.test(system.errors()),
      'the word in the log',
    );
    assert.equal(await metric(system, 'portcullis_workers_stuck_total'), 1);
    await eventually(async () => {
      const response = await fetch(`${system.adminUrl}/readyz`);
      return (await response.text()).includes('"workers":2');
    }, 'two workers');
    for (let i = 0; i < 20; i += 1) assert.equal((await fetch(`${system.url}/a/open/x`)).status, 200);
  });

  test('is not found among workers that are only busy', async () => {
    const pids = workerPids(system);
    const deadline = Date.now() + 5_000;
    while (Date.now() < deadline) {
      await Promise.all(
        Array.from({ length: 50 }, () => fetch(`${system.url}/a/open/x`).then((r) => r.text())),
      );
    }
    assert.deepEqual(workerPids(system), pids);
  });

  test('is not found because the supervisor itself was suspended', async () => {
    const pids = workerPids(system);
    const supervisor = system.process.pid ?? assert.fail();
    process.kill(supervisor, 'SIGSTOP');
    await new Promise((done) => setTimeout(done, 5_000));
    process.kill(supervisor, 'SIGCONT');
    await new Promise((done) => setTimeout(done, 2_500));
    assert.deepEqual(workerPids(system), pids);
  });
});
