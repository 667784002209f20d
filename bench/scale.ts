/**
 * `npm run bench:scale`: what it costs a gateway to look after more: many routes and issuers, many revocations, each beside
 * the same gateway without; how several workers share the load; and how long a start takes.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { checkAnswers } from './support/check-answers.ts';
import { GATEWAY_CPU, LOAD_CPU } from './support/cpu.ts';
import { type Estate, ORDINARY } from './support/estate.ts';
import { interleave } from './support/rounds.ts';
import { median } from './support/statistics.ts';
import { Bench, requirePrograms } from './support/subjects.ts';
import { writeLoadScript } from './support/wrk.ts';

const USAGE = `usage: npm run bench:scale -- [options]
  --rounds 5           rounds of each subject, interleaved
  --seconds 5          length of a round
  --connections 64     connections of the load generator
  --help

Needs Linux, wrk, nginx and taskset, and takes some five minutes.`;

const PATH = '/orders/42';
const SMALL: Estate = { routes: 10, issuers: 1, revocations: 0, workers: 1 };
/** Each against the first. */
const ESTATES: Readonly<Record<string, Estate>> = {
  '10 routes, 1 issuer, nothing revoked': SMALL,
  '10,000 routes, 500 issuers': { ...SMALL, routes: 10_000, issuers: 500 },
  '1,000,000 revocations': { ...SMALL, revocations: 1_000_000 },
};
const STARTS = 5;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '5' },
      connections: { type: 'string', default: '64' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  requirePrograms('wrk', 'nginx', 'taskset');
  if (availableParallelism() < 2) throw new Error('this measurement needs two CPUs');
  const length = { rounds: Number(values.rounds), seconds: Number(values.seconds), warmUp: 8 };
  const bench = await Bench.create('ES256', 500);
  try {
    const upstream = await bench.startUpstream(LOAD_CPU);
    const load = {
      script: writeLoadScript(bench.writeTokens()),
      path: PATH,
      connections: Number(values.connections),
      cpu: LOAD_CPU,
    };
    const subjects = [];
    for (const [name, estate] of Object.entries(ESTATES)) {
      const subject = await bench.startPortcullis(upstream, GATEWAY_CPU, { name, estate });
      await checkAnswers(subject, PATH, bench.tokens[0] ?? '');
      subjects.push(subject);
    }
    const results = await interleave(subjects, load, length);
    const [small = []] = results.values();
    console.log(
      '\n| looking after | CPU µs/request | ÷ the first | started after ms |\n| :-- | --: | --: | --: |',
    );
    for (const subject of subjects) {
      const rounds = results.get(subject) ?? [];
      const ratios = rounds.map(
        (f, i) => f.cpuMicrosPerRequest / (small[i]?.cpuMicrosPerRequest ?? Number.NaN),
      );
      const cells = [
        median(rounds.map((f) => f.cpuMicrosPerRequest)).toFixed(1),
        median(ratios).toFixed(3),
        subject.startMillis.toFixed(0),
      ];
      console.log(`| ${subject.name} | ${cells.join(' | ')} |`);
    }
    for (const subject of subjects) await subject.stop();
    const starts = [];
    for (let i = 0; i < STARTS; i += 1) {
      const started = await bench.startPortcullis(upstream, '0,1', { estate: ORDINARY });
      starts.push(started.startMillis);
      await started.stop();
    }
    console.log(
      `\nFrom start to first answer (100,000 revocations): ${median(starts).toFixed(0)} ms, median of ${STARTS}`,
    );
  } finally {
    await bench.stop();
  }
}

await main();
