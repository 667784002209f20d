import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { messageOf } from './command.ts';
import { ROOT } from './workspace.ts';

const USAGE = `usage: npm run fuzz:verifier -- [--minutes N] [--seed N]

Compares our verifier with jose on altered tokens, for 10 minutes if nothing else is said. The seed that it prints
repeats a run.`;

try {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    },
  });
  const minutes = Number(values.minutes);
  if (!(minutes > 0) || !Number.isSafeInteger(Number(values.seed))) throw new Error('not a number');
  console.log(`seed ${values.seed}, ${minutes} minutes`);
  fuzz(minutes, values.seed);
} catch (error) {
  console.error(`${messageOf(error)}\n\n${USAGE}`);
  process.exitCode = 2;
}

/** The same test that `npm test` runs for a few seconds. */
function fuzz(minutes: number, seed: string): void {
  spawn(
    process.execPath,
    ['--test', '--test-reporter=spec', 'packages/token/src/verifier/differential.test.ts'],
    {
      cwd: ROOT,
      env: {
        ...process.env,
        PORTCULLIS_FUZZ_SECONDS: String(minutes * 60),
        PORTCULLIS_FUZZ_SEED: seed,
      },
      stdio: 'inherit',
    },
  ).on('close', (code) => {
    process.exitCode = code ?? 128;
  });
}
