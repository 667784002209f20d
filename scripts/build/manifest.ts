import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest, Workspace } from '../workspace.ts';
import { SITE } from './assets.ts';

/** Writes `dist/package.json`: the manifest that is published, made from the one that is developed with. */
export function writeManifest({ folder, manifest }: Workspace): void {
  const dist = join(folder, 'dist');
  const folders = ['bin', SITE, 'src'].filter((name) => existsSync(join(dist, name)));
  const published = publishedManifest(manifest, folders);
  writeFileSync(join(dist, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
}

/** What the packed package says of itself: compiled entries with their types, and no word of development. */
export function publishedManifest(manifest: Manifest, files: readonly string[]): object {
  const { name, version, description, license, engines, bin, dependencies, exports = {} } = manifest;
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    engines,
    exports: {
      ...Object.fromEntries(Object.entries(exports).map(compiledEntry)),
      './package.json': './package.json',
    },
    bin,
    files: [...files, 'LICENSE', 'README.md'],
    dependencies,
  };
}

function compiledEntry([entry, target]: [string, string]): [string, { types: string; default: string }] {
  return [entry, { types: target.replace(/\.ts$/, '.d.ts'), default: target.replace(/\.ts$/, '.js') }];
}
