import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FILES, filesIn } from './vectors.ts';

const USAGE = `usage: npm run conformance:wycheproof -- <folder>

<folder> holds Wycheproof's JOSE files, which are not part of this repository:
  ${FILES.join('\n  ')}

  git clone --depth 1 https://github.com/C2SP/wycheproof /tmp/wycheproof
  npm run conformance:wycheproof -- /tmp/wycheproof/testvectors_v1`;

const [given = process.env['WYCHEPROOF_DIR']] = process.argv.slice(2);
const missing = given === undefined ? 'no folder was named' : problemOf(resolve(given));
if (given === undefined || missing !== undefined) {
  console.error(`${missing}\n\n${USAGE}`);
  process.exitCode = 2;
} else {
  const left = FILES.filter((file) => !filesIn(given).includes(file));
  if (left.length > 0) console.log(`not in this folder: ${left.join(', ')}`);
  spawn(
    process.execPath,
    ['--test', '--test-reporter=spec', join(import.meta.dirname, 'wycheproof.test.ts')],
    { env: { ...process.env, WYCHEPROOF_DIR: resolve(given) }, stdio: 'inherit' },
  ).on('close', (code) => {
    process.exitCode = code ?? 128;
  });
}

function problemOf(folder: string): string | undefined {
  if (!existsSync(folder)) return `there is no folder ${folder}`;
  return filesIn(folder).length === 0 ? `${folder} holds none of the files` : undefined;
}
