import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, openDescriptors, workerPids } from '../support/processes.ts';
import { slowhttptest } from '../support/slowhttptest.ts';
import { startTraffic } from '../support/traffic.ts';
import { startUpstream } from '../support/upstream.ts';

const BIG = Buffer.alloc(2_000_000, 'b');
const CROWD = ['-c', '300', '-r', '150', '-l', '10', '-p', '5'];

/** What slowhttptest does, and the path that it does it to. */
const ATTACKS = {
  'slow heads (slowloris)': [['-H', '-i', '1'], 'x'],
  'slow bodies': [['-B', '-i', '1', '-s', '100000'], 'x'],
  'slow reading': [['-X', '-w', '10', '-y', '20', '-n', '1', '-z', '5'], 'big'],
  'thousands of ranges': [['-R', '-t', 'HEAD', '-a', '5', '-b', '2000'], 'big'],
} as const;

describe('slowhttptest', async () => {
  const upstream = await startUpstream({ after }, (request, response) => {
    request.resume();
    if (request.url?.includes('big')) response.end(BIG);
    else request.once('end', () => response.end('ok'));
  });
  const system = await startTraffic(
    [{ name: 'a', upstreams: [upstream.url] }],
    'workers: 2, timeouts: { head: 3s, body: 3s, keepAlive: 3s, idle: 3s }',
  );
  const workers = workerPids(system);
  const descriptors = (): number => workers.reduce((sum, pid) => sum + openDescriptors(pid), 0);
  const before = descriptors();
  const headers = { authorization: `Bearer ${system.token}`, connection: 'close' };

  // All at once, which is worse than one after the other, and shorter.
  describe('stops no well-behaved client', { concurrency: Object.keys(ATTACKS).length }, () => {
    for (const [name, [options, path]] of Object.entries(ATTACKS)) {
      test(`with ${name}`, async () => {
        let attacking = true;
        const attack = slowhttptest(`${system.url}/a/open/${path}`, [...options, ...CROWD]).finally(() => {
          attacking = false;
        });
        let served = 0;
        while (attacking) {
          const [guarded, open] = await Promise.all([
            fetch(`${system.url}/a/x`, { headers }),
            fetch(`${system.url}/a/open/x`, { method: 'POST', body: 'polite', headers }),
          ]);
          assert.deepEqual([guarded.status, open.status], [200, 200]);
          assert.deepEqual([await guarded.text(), await open.text()], ['ok', 'ok']);
          served += 2;
          await sleep(20);
        }
        const report = await attack;
        assert.match(report, /service available:\s+YES/);
        assert.ok(served > 0, 'nobody asked');
      });
    }
  });

  test('leaves neither a connection nor a descriptor behind, and the same workers', async () => {
    await eventually(async () => {
      const text = await (await fetch(`${system.adminUrl}/metrics`)).text();
      return /^portcullis_connections 0$/m.test(text);
    }, 'the end of all connections');
    await eventually(() => descriptors() <= before + 2, `about ${before} descriptors`);
    assert.deepEqual(workerPids(system), workers);
    assert.doesNotMatch(system.errors(), /fault|worker ended/);
  });
});
