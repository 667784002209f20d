import { checkArrows } from './check/arrows.ts';
import { checkRegistries } from './check/registries.ts';
import type { Step } from './check/step.ts';
import { style, types } from './check/tools.ts';
import { run } from './command.ts';
import { loadRegistries } from './sources/registries.ts';

/**
 * `npm run check`: everything that can be said about the sources without running the product's tests.
 * Stops at the first failing step. The last three load product code, so they come after the type check, and loading it in
 * this process only when it is needed lets the first steps speak even when a package cannot be loaded at all.
 */
const STEPS: readonly Step[] = [
  types,
  style,
  { name: 'arrows', run: () => checkArrows() },
  { name: 'error registries', run: async () => checkRegistries(await loadRegistries()) },
  { name: 'generated docs', run: docsDrift },
];

async function docsDrift(): Promise<string[]> {
  const { code, stderr } = await run(process.execPath, ['scripts/docs.ts', '--check']);
  return code === 0 ? [] : [stderr.trim()];
}

for (const step of STEPS) {
  const start = performance.now();
  const problems = await step.run();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${step.name.padEnd(18)} ${seconds} s`);
  if (problems.length > 0) {
    console.error(problems.join('\n'));
    process.exitCode = 1;
    break;
  }
}
