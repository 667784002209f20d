import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { mustRun } from '../command.ts';
import type { Workspace } from '../workspace.ts';

/** A folder of someone who is not us: the packed tarballs installed from files, their dependencies from the registry. */
export async function installTarballs(folder: string, packages: readonly Workspace[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const tarballs: string[] = [];
  for (const workspace of packages) tarballs.push(await pack(workspace, folder));
  const dependencies = packages.map(({ manifest }, index) => [manifest.name, `file:./${tarballs[index]}`]);
  const manifest = {
    name: 'consumer',
    private: true,
    type: 'module',
    dependencies: Object.fromEntries(dependencies),
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  await mustRun('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: folder });
}

/** `npm pack` of a built package; refuses a tarball with sources or tests in it. @returns the file's name */
async function pack({ folder, manifest }: Workspace, destination: string): Promise<string> {
  const { stdout } = await mustRun('npm', [
    'pack',
    '--json',
    '--pack-destination',
    destination,
    join(folder, 'dist'),
  ]);
  const [tarball]: { filename: string; files: { path: string }[] }[] = JSON.parse(stdout);
  if (tarball === undefined) throw new Error(`npm packed nothing for ${manifest.name}`);
  const strangers = tarball.files.filter(({ path }) =>
    /(?<!\.d)\.ts$|\.test\.|node_modules|\.map$/.test(path),
  );
  if (strangers.length > 0)
    throw new Error(`${manifest.name} packs ${strangers.map(({ path }) => path).join(', ')}`);
  return basename(tarball.filename);
}

/** A script for the consumer's folder, whose text is a file of `scripts/pack/samples`. @returns its path */
export function placeSample(folder: string, name: string): string {
  const target = join(folder, name);
  writeFileSync(target, readFileSync(join(import.meta.dirname, 'samples', name), 'utf8'));
  return target;
}
