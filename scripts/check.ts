import { checkArrows } from './check/arrows.ts';
import type { Step } from './check/step.ts';
import { style, types } from './check/tools.ts';

/** `npm run check`: everything that can be said about the sources without running them. Stops at the first failing step. */
const STEPS: readonly Step[] = [types, style, { name: 'arrows', run: () => checkArrows() }];

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
