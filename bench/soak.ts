/**
 * `npm run bench:soak`: a gateway under load for as long as is said, half of it with tokens that it knows and half with ones
 * that it does not, and how much memory it has meanwhile.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { childrenOf, GATEWAY_CPU, LOAD_CPU } from './support/cpu.ts';
import { Bench, requirePrograms } from './support/subjects.ts';
import { measure, writeLoadScript } from './support/wrk.ts';

const USAGE = `usage: npm run bench:soak -- [options]
  --minutes 10         how long
  --help

Needs Linux, wrk, nginx and taskset.`;

const PATH = '/orders/42';
const SECONDS = 15;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { minutes: { type: 'string', default: '10' }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  requirePrograms('wrk', 'nginx', 'taskset');
  const bench = await Bench.create('ES256', 60_000);
  try {
    const upstream = await bench.startUpstream(LOAD_CPU);
    const gateway = await bench.startPortcullis(upstream, GATEWAY_CPU);
    const [worker = 0] = childrenOf(gateway.pid);
    const scripts = [500, bench.tokens.length].map((count) => writeLoadScript(bench.writeTokens(count)));
    console.log('| seconds | requests so far | worker, resident MB |\n| --: | --: | --: |');
    let requests = 0;
    for (let at = 0; at < Number(values.minutes) * 60; at += SECONDS) {
      const script = scripts[(at / SECONDS) % scripts.length] ?? '';
      const figures = await measure(gateway, {
        script,
        path: PATH,
        connections: 64,
        cpu: LOAD_CPU,
        seconds: SECONDS,
      });
      if (figures.failures > 0) throw new Error(`${figures.failures} wrong answers`);
      requests += figures.requests;
      console.log(`| ${at + SECONDS} | ${requests} | ${residentMegabytes(worker)} |`);
    }
  } finally {
    await bench.stop();
  }
}

function residentMegabytes(pid: number): string {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
  return (Number(kilobytes) / 1024).toFixed(0);
}

await main();
