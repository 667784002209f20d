/**
 * `npm run bench:allocations`: how many bytes a request allocates, which does not depend on how busy the machine is, and
 * fails when it has become more than is agreed: what allocates, costs time and makes others wait.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { checkAnswers } from './support/check-answers.ts';
import { childrenOf, GATEWAY_CPU, LOAD_CPU } from './support/cpu.ts';
import { Bench, requirePrograms } from './support/subjects.ts';
import { measure, type Subject, writeLoadScript } from './support/wrk.ts';

const USAGE = `usage: npm run bench:allocations

Needs Linux, wrk, nginx and taskset, and takes twenty seconds.`;

const PATH = '/orders/42';
/** Bytes of a request: with a token that is known, and with one that never came before. */
const AGREED = { known: 18_000, unique: 24_000 };
const WARM_UP = 3;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: 'boolean', default: false } } });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  requirePrograms('wrk', 'nginx', 'taskset');
  const over: string[] = [];
  for (const [kind, tokens] of [
    ['known', 500],
    ['unique', 60_000],
  ] as const) {
    const bytes = await bytesPerRequest(tokens);
    console.log(`${kind} tokens: ${bytes.toFixed(0)} bytes a request, agreed ${AGREED[kind]}`);
    if (bytes > AGREED[kind]) over.push(kind);
  }
  if (over.length === 0) return;
  console.error(
    `A request with ${over.join(' and ')} tokens allocates more than is agreed in bench/allocations.ts.`,
  );
  process.exitCode = 1;
}

async function bytesPerRequest(tokens: number): Promise<number> {
  const bench = await Bench.create('ES256', tokens);
  try {
    const file = join(bench.folder, 'allocations');
    writeFileSync(file, '');
    const upstream = await bench.startUpstream(LOAD_CPU);
    const preload = new URL('support/report-allocations.ts', import.meta.url).href;
    const env = { NODE_OPTIONS: `--import ${preload}`, ALLOCATIONS_FILE: file };
    const gateway = await bench.startPortcullis(upstream, GATEWAY_CPU, { env });
    await checkAnswers(gateway, PATH, bench.tokens[0] ?? '');
    const load = { script: writeLoadScript(bench.writeTokens()), path: PATH, connections: 64, cpu: LOAD_CPU };
    await measure(gateway, { ...load, seconds: WARM_UP });
    const before = await allocated(gateway, file);
    const { requests, failures } = await measure(gateway, { ...load, seconds: 3 });
    if (failures > 0) throw new Error(`${failures} wrong answers`);
    return ((await allocated(gateway, file)) - before) / requests;
  } finally {
    await bench.stop();
  }
}

/** Asks the one worker of a gateway. */
async function allocated({ pid }: Subject, file: string): Promise<number> {
  const [worker] = childrenOf(pid);
  if (worker === undefined) throw new Error('the gateway has no worker');
  const told = readFileSync(file, 'utf8').split('\n').length;
  process.kill(worker, 'SIGPWR');
  for (let i = 0; i < 500; i += 1) {
    const lines = readFileSync(file, 'utf8').split('\n');
    const bytes = Number(lines.at(-2));
    if (lines.length > told && Number.isNaN(bytes)) throw new Error('this Node does not count allocations');
    if (lines.length > told) return bytes;
    await sleep(10);
  }
  throw new Error('the worker does not tell what it has allocated');
}

await main();
