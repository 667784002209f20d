import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workspace } from '../workspace.ts';
import { SITE } from './assets.ts';
import { BUNDLE, builtPath, processOf } from './bundle.ts';

/** Writes `dist/package.json`: the manifest that is published, made from the one that is developed with. */
export function writeManifest(workspace: Workspace): void {
  const dist = join(workspace.folder, 'dist');
  const folders = ['bin', BUNDLE, SITE, 'src'].filter((name) => existsSync(join(dist, name)));
  const published = publishedManifest(workspace, folders);
  writeFileSync(join(dist, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
}

/** What the packed package says of itself: compiled entries with their types, and no word of development. */
export function publishedManifest(workspace: Workspace, files: readonly string[]): object {
  const {
    name,
    version,
    description,
    license,
    engines,
    bin,
    dependencies,
    exports = {},
  } = workspace.manifest;
  const entries = Object.entries(exports).map(([entry, source]) => [entry, builtEntry(workspace, source)]);
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    engines,
    exports: {
      ...Object.fromEntries(entries),
      './package.json': './package.json',
    },
    bin,
    files: [...files, 'LICENSE', 'README.md'],
    dependencies,
  };
}

/** A process is run, not imported: it has no types. */
function builtEntry(workspace: Workspace, source: string): string | { types: string; default: string } {
  const built = builtPath(workspace, source);
  if (source === processOf(workspace)) return built;
  return { types: source.replace(/\.ts$/, '.d.ts'), default: built };
}
