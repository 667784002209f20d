import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { startTraffic } from '../support/traffic.ts';
import { watchWorkers } from './fuzz/aftermath.ts';
import { fuzzBudget } from './fuzz/budget.ts';
import { makeStream } from './fuzz/client-streams.ts';
import { playStream } from './fuzz/play-stream.ts';
import { Random } from './fuzz/random.ts';
import { readRequests } from './fuzz/read-requests.ts';
import { startStrictUpstream } from './fuzz/strict-upstream.ts';

const CLIENTS = 32;
/** A part of a request may reach the upstream's ears after its client has gone: so many streams are remembered. */
const REMEMBERED = 5000;
const ENOUGH_FAULTS = 10;

const { milliseconds, seed } = fuzzBudget();

test(`no bytes of a client end a worker, smuggle a request, or mix answers up (seed ${seed})`, async (t) => {
  const upstream = await startStrictUpstream(t);
  const timeouts = 'timeouts: { head: 1s, body: 1s, keepAlive: 1s }';
  const system = await startTraffic([{ name: 'a', upstreams: [upstream.url] }], `workers: 1, ${timeouts}`, t);
  const faults: string[] = [];
  const remembered: (() => void)[] = [];
  const statuses = new Map<number, number>();
  let streams = 0;

  const client = async (until: number): Promise<void> => {
    while (Date.now() < until && faults.length + upstream.faults.length < ENOUGH_FAULTS) {
      const index = streams;
      streams += 1;
      const stream = makeStream(new Random(seed, index), index, system.authorization);
      const sent = readRequests(stream.bytes);
      const forget = upstream.expect(sent.requests);
      const { fault, answers } = await playStream(system.url, stream, sent);
      remembered.push(forget);
      if (remembered.length > REMEMBERED) remembered.shift()?.();
      for (const { status } of answers.responses) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (fault !== undefined) faults.push(`stream ${index}: ${fault}\nsent: ${show(stream.bytes)}`);
    }
  };

  const warm = await fetch(`${system.url}/nowhere`);
  assert.equal(warm.status, 404);
  const aftermath = watchWorkers(system);
  const until = Date.now() + milliseconds;
  const clients = Promise.all(Array.from({ length: CLIENTS }, () => client(until)));
  await Promise.race([clients, setTimeout(milliseconds / 3)]);
  aftermath.warm();
  await clients;
  const told = `${streams} streams, ${upstream.arrived()} requests arrived, answers ${JSON.stringify([...statuses])}`;
  t.diagnostic(`seed ${seed}: ${told}`);
  // One bad stream can bring thousands.
  const withStreams = upstream.faults.slice(0, ENOUGH_FAULTS).map((fault) => {
    const [, index] = /"(?:canary-)?s(\d+)-\d+"/.exec(fault) ?? [];
    if (index === undefined) return fault;
    const { bytes } = makeStream(new Random(seed, Number(index)), Number(index), system.authorization);
    return `${fault}\nsent: ${show(bytes)}`;
  });
  assert.deepEqual([...faults, ...withStreams], [], `seed ${seed}`);
  assert.ok(upstream.arrived() > streams / 5 && (statuses.get(400) ?? 0) > 0, `too tame: ${told}`);
  upstream.hangUp();
  await aftermath.assertUnharmed();
  await assertLogIsSound(join(system.folder, 'access.log'));
  assert.deepEqual(upstream.faults, [], `seed ${seed}`);
});

/** Whatever clients have sent stands in the log as JSON, a line each. It may be too long to be read at once. */
async function assertLogIsSound(file: string): Promise<void> {
  let lines = 0;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    assert.doesNotThrow(() => JSON.parse(line), line.slice(0, 300));
    lines += 1;
  }
  assert.ok(lines > 0);
}

function show(bytes: Buffer): string {
  return JSON.stringify(bytes.toString('latin1', 0, 4000));
}
