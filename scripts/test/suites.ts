import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { ROOT } from '../workspace.ts';

/** A set of test files that are run together, each file in a process of its own. */
export interface Suite {
  readonly files: readonly string[];
  /** How many files run at a time. */
  readonly concurrency: number;
  /** The most that one file may take, in seconds: a hung file fails instead of holding everything up. */
  readonly timeout: number;
}

const cores = availableParallelism();

/** Every suite by its name on the command line, in the order in which `all` runs them. */
export const SUITES: Readonly<Record<string, Suite>> = {
  unit: { files: ['packages/*/src/**/*.test.ts', 'scripts/**/*.test.ts'], concurrency: cores, timeout: 300 },
  conformance: { files: ['conformance/**/*.test.ts'], concurrency: cores, timeout: 300 },
  // Each of these starts whole systems of several processes: half the cores, so that they do not starve each other.
  e2e: { files: ['e2e/**/*.test.ts'], concurrency: Math.max(1, Math.floor(cores / 2)), timeout: 900 },
};

/** The test files of a suite, relative to the root. */
export function filesOf(suite: Suite): string[] {
  return globSync([...suite.files], { cwd: ROOT, exclude: ['**/node_modules', 'packages/*/dist'] }).sort();
}
