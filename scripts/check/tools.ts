import { run } from '../command.ts';
import type { Step } from './step.ts';

/** The strict type check of the whole repository. */
export const types: Step = {
  name: 'types',
  run: () => problemsOf('tsc', ['-p', '.', '--pretty', String(isTerminal())]),
};

/** Format and lint. */
export const style: Step = {
  name: 'style',
  run: () =>
    problemsOf('biome', ['check', '--error-on-warnings', `--colors=${isTerminal() ? 'force' : 'off'}`, '.']),
};

async function problemsOf(tool: string, args: readonly string[]): Promise<string[]> {
  const { code, stdout, stderr } = await run(tool, args);
  return code === 0 ? [] : [[stdout.trim(), stderr.trim()].filter((text) => text !== '').join('\n')];
}

function isTerminal(): boolean {
  return process.stdout.isTTY === true;
}
