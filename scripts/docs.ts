import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { driftOf, generatePages } from './docs/pages.ts';
import { ROOT } from './workspace.ts';

/** `--write` generates the reference pages; `--check` fails when one of them is not what it should be. */
const [mode] = process.argv.slice(2);

if (mode === '--write') {
  for (const { path, text } of await generatePages()) {
    writeFileSync(join(ROOT, path), text);
    console.log(path);
  }
} else if (mode === '--check') {
  const problems = driftOf(await generatePages());
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
} else {
  console.error('usage: node scripts/docs.ts --write | --check');
  process.exitCode = 2;
}
