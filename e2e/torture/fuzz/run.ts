import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** `npm run fuzz:edge -- --minutes 60 [--seed 1]`: both fuzzers, one after the other, for so long each. */
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } },
});
const seconds = Math.ceil(60 * Number(values.minutes));
if (!(seconds > 0)) throw new Error('--minutes must be a number above 0');
const seed = values.seed ?? String(randomInt(1, 2 ** 31));
const files = ['client-fuzz', 'upstream-fuzz'].map((name) =>
  join(import.meta.dirname, '..', `${name}.test.ts`),
);
/** For each file to start, and to end. Milliseconds. */
const AROUND = 180_000;
const timeout = `--test-timeout=${seconds * 1000 + AROUND}`;
spawn(process.execPath, ['--test', '--test-concurrency=1', timeout, '--test-reporter=spec', ...files], {
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...process.env, PORTCULLIS_FUZZ_SECONDS: String(seconds), PORTCULLIS_FUZZ_SEED: seed },
}).on('close', (code) => {
  process.exitCode = code ?? 1;
});
