import assert from 'node:assert/strict';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, workerPids } from '../support/processes.ts';
import { createIssuer } from '../support/tokens.ts';
import { startTraffic, type TrafficSystem } from '../support/traffic.ts';
import { startUpstream } from '../support/upstream.ts';
import { wrk } from '../support/wrk.ts';

const CONNECTIONS = 32;
const SECONDS = 8;

async function revisionOf(system: TrafficSystem): Promise<number> {
  const text = await (await fetch(`${system.adminUrl}/readyz`)).text();
  return Number(/"revision":(\d+)/.exec(text)?.[1]);
}

describe('under the load of wrk', async () => {
  const [one, two] = [
    await startUpstream({ after }, (_, response) => response.end('one')),
    await startUpstream({ after }, (_, response) => response.end('two')),
  ];
  const load = (system: TrafficSystem) => {
    const headers = [system.authorization];
    return wrk(`${system.url}/a/x`, { connections: CONNECTIONS, seconds: SECONDS, headers });
  };

  test('no request fails while routes, upstreams and keys change', async (t) => {
    const system = await startTraffic([{ name: 'a', upstreams: [one.url] }], 'workers: 2', t);
    const next = await createIssuer();
    const edits: readonly ((yaml: string) => string)[] = [
      (yaml) => `${yaml}      - { match: "GET /added", public: true }\n`,
      (yaml) => yaml.replace(one.url, two.url),
      (yaml) => yaml.replace(`{ url: "${two.url}" }`, `{ url: "${one.url}" }, { url: "${two.url}" }`),
      (yaml) => yaml.replace('basePath: /a', 'limits: [{ per: client, rate: 1000000/s }]\n    basePath: /a'),
      (yaml) => yaml.replace(`{ url: "${one.url}" }, `, ''),
    ];
    const report = load(system);
    await sleep(500);
    for (const edit of edits) {
      const before = await revisionOf(system);
      system.rewrite(edit);
      system.process.kill('SIGHUP');
      await eventually(async () => (await revisionOf(system)) > before, 'the next revision');
      await sleep(200);
    }
    // A key joins the one that the load is signed with.
    const keys = join(system.folder, 'jwks.json');
    const { keys: old } = JSON.parse(readFileSync(keys, 'utf8'));
    writeFileSync(`${keys}.new`, JSON.stringify({ keys: [...old, ...JSON.parse(next.jwks).keys] }));
    renameSync(`${keys}.new`, keys);
    const { requests, broken, refused, timeouts } = await report;
    assert.ok(requests > 0);
    t.diagnostic(`${requests} requests over ${edits.length} reloads`);
    assert.deepEqual({ broken, refused, timeouts }, { broken: 0, refused: 0, timeouts: 0 }, `of ${requests}`);
    const headers = { authorization: `Bearer ${await next.token()}` };
    assert.equal((await fetch(`${system.url}/a/x`, { headers })).status, 200);
  });

  for (const [name, act] of [
    ['SIGUSR2', (system: TrafficSystem) => void system.process.kill('SIGUSR2')],
    [
      'a change of what workers set up once',
      (system: TrafficSystem) =>
        system.rewrite((yaml) => yaml.replace('workers: 2', 'workers: 3, maxUrl: 4KB')),
    ],
  ] as const) {
    test(`no request fails while every worker is replaced, one after the other: ${name}`, async (t) => {
      const system = await startTraffic([{ name: 'a', upstreams: [one.url] }], 'workers: 2', t);
      const old = workerPids(system);
      const report = load(system);
      await sleep(1000);
      act(system);
      await eventually(
        () => !workerPids(system).some((pid) => old.includes(pid)),
        'the end of the old workers',
      );
      const { requests, broken, refused, timeouts } = await report;
      // A connection that stood in the queue of a closing socket is reset by the kernel; wrk opens few anew meanwhile.
      const told = `${broken} of ${CONNECTIONS} connections broke, ${refused} of ${requests} requests were refused, ${timeouts} timed out`;
      t.diagnostic(told);
      assert.ok(broken <= 2 && refused === 0 && timeouts === 0, told);
      assert.equal(workerPids(system).length, name === 'SIGUSR2' ? 2 : 3);
      const metrics = await (await fetch(`${system.adminUrl}/metrics`)).text();
      assert.match(metrics, /^portcullis_worker_crashes_total 0$/m);
    });
  }

  test('a worker that is killed costs its own connections once, and no other request', async (t) => {
    const system = await startTraffic([{ name: 'a', upstreams: [one.url] }], 'workers: 2', t);
    const [victim = 0, other = 0] = workerPids(system);
    const report = load(system);
    await sleep(1000);
    process.kill(victim, 'SIGKILL');
    const { requests, broken, refused, timeouts } = await report;
    const told = `${broken} of ${CONNECTIONS} connections broke, ${refused} of ${requests} requests were refused, ${timeouts} timed out`;
    t.diagnostic(told);
    assert.ok(broken <= CONNECTIONS && refused === 0 && timeouts === 0, told);
    await eventually(() => workerPids(system).length === 2, 'two workers');
    assert.ok(workerPids(system).includes(other) && !workerPids(system).includes(victim));
  });
});
