import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** The repository's root folder. */
export const ROOT = resolve(import.meta.dirname, '..');

/** The members of a package.json that the tooling reads; everything else is left as it stands. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly license?: string;
  readonly engines?: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** One folder with a package.json of its own. */
export interface Workspace {
  /** The folder's name: `token`, `guard`, … */
  readonly id: string;
  /** The folder, absolute. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** The product packages (`packages/*`), in alphabetical order. */
export function productPackages(root: string = ROOT): Workspace[] {
  return workspacesIn(root, 'packages/*/package.json');
}

/** The packages that only serve development: bench, conformance, e2e, examples. */
export function companionPackages(root: string = ROOT): Workspace[] {
  return workspacesIn(root, '{bench,conformance,e2e,examples}/package.json');
}

function workspacesIn(root: string, pattern: string): Workspace[] {
  return globSync(pattern, { cwd: root })
    .sort()
    .map((path) => {
      const folder = dirname(join(root, path));
      return { id: basename(folder), folder, manifest: readManifest(folder) };
    });
}

/** Reads one package.json. The repository's own manifests are trusted to have the shape of {@link Manifest}. */
export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** Is this package built into files for a browser, which bring along what they use? Only its exports are compiled. */
export function isBundled({ folder }: Workspace): boolean {
  return existsSync(join(folder, 'vite.config.ts'));
}

/** Whether a file only serves tests: it may import what product code may not. */
export function isTestFile(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || /(^|\/)(testing|fixtures)\//.test(path);
}
