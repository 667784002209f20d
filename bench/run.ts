/**
 * `npm run bench`: Portcullis beside an nginx that proxies without any check, on one core each, interleaved.
 * `npm run bench -- --smoke` runs it briefly and fails only when an answer is wrong, never on a figure.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isAlgorithm } from '@portcullis/token';
import { Bench, requirePrograms } from './support/subjects.ts';
import { type Figures, measure, type Subject, writeLoadScript } from './support/wrk.ts';

const USAGE = `usage: npm run bench -- [options]
  --smoke              two short rounds; fails when an answer is wrong, never on a figure
  --alg ES256          algorithm of the tokens: any that is not HMAC
  --rounds 5           rounds of each subject, interleaved
  --seconds 5          length of a round
  --connections 64     connections of the load generator
  --help

Needs Linux, wrk, nginx and taskset. To compare with other gateways see bench/README.md.`;

const PATH = '/orders/42';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      smoke: { type: 'boolean', default: false },
      alg: { type: 'string', default: 'ES256' },
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
  if (!isAlgorithm(values.alg)) throw new Error(`--alg ${values.alg} is no algorithm that Portcullis knows`);
  requirePrograms('wrk', 'nginx', 'taskset');
  const [gatewayCpu, loadCpu] = availableParallelism() > 1 ? ['0', '1'] : ['0', '0'];
  const bench = await Bench.create(values.alg);
  try {
    const upstream = await bench.startUpstream(loadCpu);
    const subjects: Subject[] = [
      await bench.startBareProxy(upstream, gatewayCpu),
      await bench.startPortcullis(upstream, gatewayCpu, values.alg),
    ];
    await checkAnswers(subjects[1] as Subject, bench.tokens);
    const script = writeLoadScript(bench.folder, bench.tokens);
    const load = { script, path: PATH, connections: Number(values.connections), cpu: loadCpu };
    const [rounds, seconds, warmUp] = values.smoke
      ? [2, 1, 1]
      : [Number(values.rounds), Number(values.seconds), 5];
    for (const subject of subjects) await measure(subject, { ...load, seconds: warmUp });
    const results = new Map<string, Figures[]>(subjects.map(({ name }) => [name, []]));
    for (let round = 1; round <= rounds; round += 1) {
      for (const subject of subjects) {
        const figures = await measure(subject, { ...load, seconds });
        if (figures.failures > 0) throw new Error(`${subject.name}: ${figures.failures} wrong answers`);
        results.get(subject.name)?.push(figures);
      }
    }
    report(results, `${values.alg}, ${bench.tokens.length} tokens, ${rounds} rounds of ${seconds} s`);
  } finally {
    await bench.stop();
  }
}

/** Figures bought by not checking are worth nothing. */
async function checkAnswers(gateway: Subject, [token = '']: readonly string[]): Promise<void> {
  const status = async (bearer?: string): Promise<number> => {
    const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
    return (await fetch(gateway.url + PATH, { headers })).status;
  };
  const forged = `${token.slice(0, -6)}${token.endsWith('AAAAAA') ? 'BBBBBA' : 'AAAAAA'}`;
  const seen = [await status(), await status(forged), await status(token)];
  if (seen.join() !== '401,401,200') throw new Error(`answers are ${seen.join()}, not 401,401,200`);
}

function report(results: ReadonlyMap<string, readonly Figures[]>, title: string): void {
  console.log(`\n${title}; medians\n`);
  console.log('| subject | CPU µs/request | req/s | p99 ms |\n| :-- | --: | --: | --: |');
  for (const [name, rounds] of results) {
    const column = (pick: (f: Figures) => number, digits: number): string =>
      median(rounds.map(pick)).toFixed(digits);
    console.log(
      `| ${name} | ${column((f) => f.cpuMicrosPerRequest, 1)} | ${column((f) => f.requestsPerSecond, 0)} | ${column((f) => f.p99Millis, 1)} |`,
    );
  }
  const [floor = [], portcullis = []] = [...results.values()];
  const ratios = portcullis.map(
    (f, i) => f.cpuMicrosPerRequest / (floor[i]?.cpuMicrosPerRequest ?? Number.NaN),
  );
  console.log(`\nportcullis ÷ nginx without checks, CPU per request: ${median(ratios).toFixed(2)}`);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
}

await main();
