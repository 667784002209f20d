import { checkArrows } from './check/arrows.ts';
import { checkLinks } from './check/links.ts';
import { checkRegistries } from './check/registries.ts';
import type { Step } from './check/step.ts';
import { checkThreatModel } from './check/threat-model.ts';
import { style, types } from './check/tools.ts';
import { run } from './command.ts';
import { loadRegistries } from './sources/registries.ts';

/**
 * `npm run check`: everything that can be said about the sources without running the product's tests.
 * Stops at the first failing step. The registries and the docs load product code, so they come after the type check.
 */
const STEPS: readonly Step[] = [
  types,
  style,
  { name: 'arrows', run: () => checkArrows() },
  { name: 'error registries', run: async () => checkRegistries(await loadRegistries()) },
  { name: 'generated docs', run: docsDrift },
  { name: 'links in the docs', run: () => checkLinks() },
  { name: 'threat model', run: () => checkThreatModel() },
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
