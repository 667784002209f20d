import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { startTraffic } from '../support/traffic.ts';
import { watchWorkers } from './fuzz/aftermath.ts';
import { ask } from './fuzz/ask.ts';
import { fuzzBudget } from './fuzz/budget.ts';
import { HONEST, startLyingUpstream } from './fuzz/lying-upstream.ts';
import { Random } from './fuzz/random.ts';

const CLIENTS = 48;
/** Half as many, so that requests wait for connections: those are answered by connections that have just been lied on. */
const CONNECTIONS = 24;
const ENOUGH_FAULTS = 10;

const { milliseconds, seed } = fuzzBudget();

test(`no bytes of an upstream end a worker or reach another client's request (seed ${seed})`, async (t) => {
  const upstream = await startLyingUpstream(t, seed);
  const system = await startTraffic(
    [{ name: 'a', upstreams: [upstream.url], more: ['timeouts: { firstByte: 1s, idle: 1s }'] }],
    `workers: 1, connections: ${CONNECTIONS}, timeouts: { keepAlive: 1s }`,
    t,
  );
  const faults: string[] = [];
  const statuses = new Map<number, number>();
  let requests = 0;
  const nextTag = (): string => {
    requests += 1;
    return `t${requests}`;
  };

  const client = async (number: number, until: number): Promise<void> => {
    const random = new Random(seed, -1 - number);
    while (Date.now() < until && faults.length < ENOUGH_FAULTS) {
      const { fault, tags, responses } = await ask(system.url, random, nextTag);
      for (const { status } of responses) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (fault === undefined) continue;
      const lies = tags.map((tag) => `${tag}: ${show(upstream.lieTo(tag))}`);
      faults.push(`${fault}\nlies: ${lies.join('\n')}`);
    }
  };

  const honest = () => fetch(`${system.url}/a/open/${HONEST}`, { headers: { 'x-tag': 't0' } });
  assert.equal((await honest()).status, 200);
  const aftermath = watchWorkers(system);
  const until = Date.now() + milliseconds;
  const clients = Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number, until)));
  await Promise.race([clients, setTimeout(milliseconds / 3)]);
  aftermath.warm();
  await clients;
  const told = `${requests} requests, answers ${JSON.stringify([...statuses])}, lies ${JSON.stringify([...upstream.told])}`;
  t.diagnostic(`seed ${seed}: ${told}`);
  assert.deepEqual(faults, [], `seed ${seed}`);
  assert.ok((statuses.get(200) ?? 0) > requests / 5 && (statuses.get(502) ?? 0) > 0, `too tame: ${told}`);

  // As many at a time as there are connections, and as many again that wait: none is lost.
  const answers = await Promise.all(Array.from({ length: 2 * CONNECTIONS }, honest));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  upstream.hangUp();
  await aftermath.assertUnharmed();
});

function show(lie: { name: string; parts: readonly Buffer[]; end: string } | undefined): string {
  if (lie === undefined) return 'none';
  const parts = lie.parts.map((part) => part.toString('latin1', 0, 1000));
  return JSON.stringify({ ...lie, parts });
}
