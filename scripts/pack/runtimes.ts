import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun } from '../command.ts';

interface Runtime {
  readonly version: string;
  /** The npm package of each platform that holds nothing but the program, and where that is in it. */
  readonly packages: Readonly<Record<string, readonly [name: string, program: string]>>;
}

/** Runtimes that are not Node, as npm carries them. */
export const RUNTIMES = {
  bun: {
    version: '1.4.5',
    packages: {
      'linux-x64': ['@oven/bun-linux-x64', 'bin/bun'],
      'linux-arm64': ['@oven/bun-linux-aarch64', 'bin/bun'],
      'darwin-x64': ['@oven/bun-darwin-x64', 'bin/bun'],
      'darwin-arm64': ['@oven/bun-darwin-aarch64', 'bin/bun'],
    },
  },
  deno: {
    version: '2.9.6',
    packages: {
      'linux-x64': ['@deno/linux-x64-glibc', 'deno'],
      'linux-arm64': ['@deno/linux-arm64-glibc', 'deno'],
      'darwin-x64': ['@deno/darwin-x64', 'deno'],
      'darwin-arm64': ['@deno/darwin-arm64', 'deno'],
    },
  },
  workerd: {
    version: '1.20261117.1',
    packages: {
      'linux-x64': ['@cloudflare/workerd-linux-64', 'bin/workerd'],
      'linux-arm64': ['@cloudflare/workerd-linux-arm64', 'bin/workerd'],
      'darwin-x64': ['@cloudflare/workerd-darwin-64', 'bin/workerd'],
      'darwin-arm64': ['@cloudflare/workerd-darwin-arm64', 'bin/workerd'],
    },
  },
} as const satisfies Record<string, Runtime>;

/**
 * Installs a runtime into a folder of its own.
 *
 * @param more further packages, as `name@version`
 * @returns the program's path; undefined when npm has none for this platform
 */
export async function installRuntime(
  name: keyof typeof RUNTIMES,
  folder: string,
  more: readonly string[] = [],
): Promise<string | undefined> {
  const { version, packages }: Runtime = RUNTIMES[name];
  const [id, program] = packages[`${process.platform}-${process.arch}`] ?? [];
  if (id === undefined || program === undefined) return undefined;
  const home = join(folder, name);
  mkdirSync(home);
  const quiet = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', home];
  await mustRun('npm', ['install', ...quiet, `${id}@${version}`, ...more]);
  return join(home, 'node_modules', id, program);
}
