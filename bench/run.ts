/**
 * `npm run bench`: Portcullis beside an nginx that proxies without any check and, where it is installed, HAProxy with the same
 * checks: on one core each, interleaved. `--smoke` runs it briefly and fails only when an answer is wrong, never on a figure.
 */
import { parseArgs } from 'node:util';
import { type Algorithm, isAlgorithm } from '@portcullis/token';
import { checkAnswers } from './support/check-answers.ts';
import { GATEWAY_CPU, LOAD_CPU } from './support/cpu.ts';
import { measureLatencies } from './support/latencies.ts';
import { interleave } from './support/rounds.ts';
import { median } from './support/statistics.ts';
import { Bench, requirePrograms } from './support/subjects.ts';
import { type Subject, writeLoadScript } from './support/wrk.ts';

const USAGE = `usage: npm run bench -- [options]
  --smoke              two short rounds; fails when an answer is wrong, never on a figure
  --alg ES256          algorithm of the tokens: any that is not HMAC
  --tokens 500         how many tokens are sent in turn; 60000 are too many for the cache of verified tokens
  --rate 10000         so many requests a second, and their latency, instead of as many as possible
  --rounds 5           rounds of each subject, interleaved
  --seconds 5          length of a round
  --connections 64     connections of the load generator
  --help

Needs Linux, wrk, nginx and taskset; HAProxy is measured too where it is installed. To compare with more gateways see
bench/README.md.`;

const PATH = '/orders/42';

interface Options {
  readonly alg: Algorithm;
  readonly tokens: number;
  readonly rate: number | undefined;
  readonly connections: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUp: number;
}

function readOptions(): Options | undefined {
  const { values } = parseArgs({
    options: {
      smoke: { type: 'boolean', default: false },
      alg: { type: 'string', default: 'ES256' },
      tokens: { type: 'string', default: '500' },
      rate: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '5' },
      connections: { type: 'string', default: '64' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const { alg } = values;
  if (!isAlgorithm(alg)) throw new Error(`--alg ${alg} is no algorithm that Portcullis knows`);
  const length = values.smoke
    ? { rounds: 2, seconds: 2, warmUp: 1 }
    : { rounds: Number(values.rounds), seconds: Number(values.seconds), warmUp: 8 };
  const rate = values.rate === undefined ? undefined : Number(values.rate);
  return { alg, rate, tokens: Number(values.tokens), connections: Number(values.connections), ...length };
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options === undefined) {
    console.log(USAGE);
    return;
  }
  requirePrograms('wrk', 'nginx', 'taskset');
  const bench = await Bench.create(options.alg, options.tokens);
  try {
    const upstream = await bench.startUpstream(LOAD_CPU);
    const haproxy = await bench.startHaproxy(upstream, GATEWAY_CPU);
    const portcullis = await bench.startPortcullis(upstream, GATEWAY_CPU);
    for (const gateway of [haproxy, portcullis]) {
      if (gateway !== undefined) await checkAnswers(gateway, PATH, bench.tokens[0] ?? '');
    }
    const tokensFile = bench.writeTokens();
    const floor = await bench.startBareProxy(upstream, GATEWAY_CPU);
    const subjects = [floor, ...(haproxy === undefined ? [] : [haproxy]), portcullis];
    console.log(
      `\n${options.alg}, ${options.tokens} tokens, ${options.connections} connections, medians of ${options.rounds} rounds of ${options.seconds} s\n`,
    );
    if (options.rate === undefined) await reportSaturation(subjects, tokensFile, options);
    else await reportLatencies(subjects, tokensFile, { ...options, rate: options.rate });
  } finally {
    await bench.stop();
  }
}

async function reportSaturation(
  subjects: readonly Subject[],
  tokensFile: string,
  options: Options,
): Promise<void> {
  const load = { script: writeLoadScript(tokensFile), path: PATH, cpu: LOAD_CPU, ...options };
  const results = await interleave(subjects, load, options);
  const ours = [...results.values()].at(-1) ?? [];
  console.log(
    '| subject | CPU µs/request | req/s | p99 ms | portcullis ÷ it, CPU |\n| :-- | --: | --: | --: | --: |',
  );
  for (const [{ name }, rounds] of results) {
    const ratios = ours.map((f, i) => f.cpuMicrosPerRequest / (rounds[i]?.cpuMicrosPerRequest ?? Number.NaN));
    const cells = [
      median(rounds.map((f) => f.cpuMicrosPerRequest)).toFixed(1),
      median(rounds.map((f) => f.requestsPerSecond)).toFixed(0),
      median(rounds.map((f) => f.p99Millis)).toFixed(1),
      rounds === ours ? '' : median(ratios).toFixed(2),
    ];
    console.log(`| ${name} | ${cells.join(' | ')} |`);
  }
}

async function reportLatencies(
  subjects: readonly Subject[],
  tokensFile: string,
  options: Options & { readonly rate: number },
): Promise<void> {
  const results = await measureLatencies(subjects, { ...options, path: PATH, tokensFile, cpu: LOAD_CPU });
  console.log(`${options.rate} requests a second\n`);
  console.log('| subject | p50 ms | p99 ms | p99.9 ms |\n| :-- | --: | --: | --: |');
  for (const [{ name }, rounds] of results) {
    const cells = (['p50', 'p99', 'p999'] as const).map((at) => median(rounds.map((r) => r[at])).toFixed(2));
    console.log(`| ${name} | ${cells.join(' | ')} |`);
  }
}

await main();
