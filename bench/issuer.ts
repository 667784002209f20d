/**
 * `npm run bench:issuer`: tokens per second of the issuer, which notes each token in its store before it signs it, beside a
 * bare oidc-provider that keeps everything in memory; and how long it takes from `revoke` to the last worker's refusal.
 * On one core each, interleaved. Nothing here fails on a figure.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { IssuerBench, type PortcullisSubject, WORKERS } from './support/issuer-subjects.ts';
import { revocationLatencies } from './support/revocation-latency.ts';
import { signInLatencies } from './support/sign-ins.ts';
import { median } from './support/statistics.ts';
import { requirePrograms } from './support/subjects.ts';
import { type Figures, measure, writeTokenScript } from './support/wrk.ts';

const USAGE = `usage: npm run bench:issuer -- [options]
  --smoke              two short rounds and few revocations
  --rounds 5           rounds of each subject, interleaved
  --seconds 5          length of a round
  --connections 64     connections of the load generator
  --rows 1000000       audit events and revocations in the store of the second subject
  --help

Needs Linux, wrk and taskset.`;

/** What is asked for a second, at a steady rate, once without and once with people who sign in. */
const STEADY = { tokens: 200, signIns: 20 };

/** How the gateway is loaded while tokens are revoked: the pause between two requests of a connection, in milliseconds. */
const LOADS = { 'gateway half loaded': 8, 'gateway saturated': 0 };

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      smoke: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '5' },
      connections: { type: 'string', default: '64' },
      rows: { type: 'string', default: '1000000' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  requirePrograms('wrk', 'taskset');
  const [cpu, loadCpu] = availableParallelism() > 1 ? ['0', '1'] : ['0', '0'];
  const [rounds, seconds, rows, revocations] = values.smoke
    ? [2, 1, 10_000, 20]
    : [Number(values.rounds), Number(values.seconds), Number(values.rows), 200];
  const bench = new IssuerBench();
  try {
    const portcullis = await bench.startPortcullis('portcullis', cpu, 0);
    const subjects = [
      await bench.startBare(cpu),
      portcullis,
      await bench.startPortcullis(`portcullis, ${rows} rows`, cpu, rows),
    ];
    const results = new Map<string, Figures[]>(subjects.map(({ name }) => [name, []]));
    const load = { path: '/token', connections: Number(values.connections), cpu: loadCpu };
    for (let round = 0; round <= rounds + 1; round += 1) {
      for (const subject of subjects) {
        const script = writeTokenScript(bench.folder, 'bench', subject.secret);
        const figures = await measure(subject, { ...load, script, seconds });
        if (figures.failures > 0) throw new Error(`${subject.name}: ${figures.failures} wrong answers`);
        if (round > 1) results.get(subject.name)?.push(figures); // the first two warm up
      }
    }
    report(results, `client_credentials, ES256, ${rounds} rounds of ${seconds} s`);
    reportSignIns(await besideSignIns(portcullis, rounds, values.smoke ? 2 : 10));
    for (const [load, pause] of Object.entries(LOADS)) {
      const options = { count: revocations, cpu: loadCpu, pause, folder: bench.folder };
      reportLatency(load, await revocationLatencies(portcullis, options));
    }
  } finally {
    await bench.stop();
  }
}

interface Beside {
  readonly without: number[];
  readonly beside: number[];
  readonly signIns: number[];
}

/** How long token requests take, without and with people who sign in, in turns. */
async function besideSignIns(subject: PortcullisSubject, rounds: number, seconds: number): Promise<Beside> {
  const all: Beside = { without: [], beside: [], signIns: [] };
  for (let round = 0; round <= rounds; round += 1) {
    for (const signIns of [0, STEADY.signIns]) {
      const figures = await signInLatencies(subject, { ...STEADY, signIns, seconds });
      if (figures.failures > 0)
        throw new Error(`${figures.failures} wrong answers beside ${signIns} sign-ins`);
      if (round === 0) continue; // the first one warms up
      (signIns === 0 ? all.without : all.beside).push(...figures.tokens);
      all.signIns.push(...figures.signIns);
    }
  }
  return all;
}

function reportSignIns(all: Beside): void {
  const row = (what: string, times: readonly number[]): string => {
    const sorted = times.toSorted((a, b) => a - b);
    const at = (share: number): string =>
      (sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(1);
    return `| ${what} | ${sorted.length} | ${at(0.5)} | ${at(0.9)} | ${at(0.99)} |`;
  };
  console.log(
    `\n${STEADY.tokens} token requests a second, and ${STEADY.signIns} sign-ins with a password (argon2id, 19 MiB)\n\n` +
      '| request | number | median ms | p90 ms | p99 ms |\n| :-- | --: | --: | --: | --: |',
  );
  console.log(row('token, nobody signs in', all.without));
  console.log(row('token, beside sign-ins', all.beside));
  console.log(row('password', all.signIns));
}

function report(results: ReadonlyMap<string, readonly Figures[]>, title: string): void {
  console.log(`\n${title}; medians\n`);
  console.log(
    '| subject | CPU µs/token | tokens/s | p99 ms | tokens/s ÷ bare |\n| :-- | --: | --: | --: | --: |',
  );
  const [bare = []] = [...results.values()];
  for (const [name, rounds] of results) {
    const column = (pick: (f: Figures) => number, digits: number): string =>
      median(rounds.map(pick)).toFixed(digits);
    const ratios = rounds.map((f, i) => f.requestsPerSecond / (bare[i]?.requestsPerSecond ?? Number.NaN));
    console.log(
      `| ${name} | ${column((f) => f.cpuMicrosPerRequest, 0)} | ${column((f) => f.requestsPerSecond, 0)} | ${column((f) => f.p99Millis, 0)} | ${median(ratios).toFixed(2)} |`,
    );
  }
}

function reportLatency(load: string, times: readonly number[]): void {
  const at = (share: number): string =>
    (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(1);
  console.log(
    `\nfrom revoke to the last of ${WORKERS} workers refusing, ${load}, ${times.length} times: median ${at(0.5)} ms, p90 ${at(0.9)} ms, p99 ${at(0.99)} ms`,
  );
}

await main();
