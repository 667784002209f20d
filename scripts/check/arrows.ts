import { globSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { parseFiles } from '../sources/parse.ts';
import { type Specifier, specifiersOf } from '../sources/specifiers.ts';
import {
  companionPackages,
  isBundled,
  isTestFile,
  productPackages,
  ROOT,
  type Workspace,
} from '../workspace.ts';

/**
 * Who may import whom: a package, and the packages of ours that it may import. Nothing imports upwards and nothing
 * imports cli. A package that is not in this table is refused; adding a row is a decision about the architecture.
 */
export const ARROWS: Readonly<Record<string, readonly string[]>> = {
  token: [],
  guard: ['token'],
  gateway: ['token', 'guard'],
  store: [],
  issuer: ['token', 'guard', 'store'],
  console: ['token', 'guard'],
  cli: ['token', 'guard', 'gateway', 'store', 'issuer', 'console'],
  // Not shipped: these use the packages as their users do.
  conformance: ['token', 'guard'],
  e2e: ['token', 'guard', 'gateway', 'store', 'issuer', 'console', 'cli'],
  bench: ['token', 'guard', 'gateway', 'store', 'issuer', 'cli'],
  examples: ['guard'],
};

/** Source folders that run anywhere (browser, Worker, Node): no Node module there. The second value is exempt. */
const PORTABLE: Readonly<Record<string, string | undefined>> = { token: 'src/node/', guard: 'src/node/' };

/** What a test may import beyond its package's own dependencies; all of it stands in the root's devDependencies. */
const TEST_ONLY: readonly string[] = ['fast-check'];

/**
 * Whose tests may reach below the public face of a package of ours, by path. Most published vectors are signatures over
 * text that is no JWT, which the verifier rightly refuses; conformance checks them one layer down. The contract that each driver
 * of the store must fulfil stands beside the store; e2e has the servers for it.
 */
const REACHES_BELOW: Readonly<Record<string, readonly string[]>> = { conformance: ['token'], e2e: ['store'] };

const SCOPE = '@portcullis/';

/**
 * Holds {@link ARROWS} against each manifest's dependencies and each file's imports.
 * @returns one line for each violation; empty when all is well
 */
export function checkArrows(root: string = ROOT): string[] {
  const products = productPackages(root);
  const all = [...products, ...companionPackages(root)];
  const files = all.flatMap((workspace) =>
    sourceFiles(workspace).map((path) => ({ workspace, path: join(workspace.folder, path) })),
  );
  const specifiers = parseFiles(
    root,
    files.map((file) => file.path),
    specifiersOf,
  );
  return [
    ...all.flatMap((workspace) => manifestProblems(workspace, all)),
    ...files.flatMap(({ workspace, path }, index) =>
      (specifiers[index] ?? []).flatMap((specifier) => {
        const problem = importProblem(workspace, relative(workspace.folder, path), specifier);
        return problem === undefined ? [] : [`${relative(root, path)}:${specifier.line} ${problem}`];
      }),
    ),
  ];
}

function sourceFiles({ folder }: Workspace): string[] {
  return globSync('**/*.{ts,tsx,js,mjs}', {
    cwd: folder,
    exclude: ['**/node_modules', 'dist', 'site'],
  }).sort();
}

function manifestProblems({ id, manifest }: Workspace, all: readonly Workspace[]): string[] {
  const allowed = ARROWS[id];
  const file = `${id}/package.json`;
  if (allowed === undefined) return [`${file} ${id} is not in the table of arrows (scripts/check/arrows.ts)`];
  const entries = Object.entries({
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.peerDependencies,
  });
  return entries.flatMap(([name, version]) => {
    if (!name.startsWith(SCOPE))
      return /^(?:npm:.+@)?\d/.test(version) ? [] : [`${file} ${name} is not pinned: "${version}"`];
    const target = name.slice(SCOPE.length);
    if (!allowed.includes(target)) return [`${file} ${arrowProblem(id, target)}`];
    const actual = all.find((workspace) => workspace.id === target)?.manifest.version;
    return actual === version
      ? []
      : [`${file} ${name} is "${version}" here, but that package is ${actual ?? 'missing'}`];
  });
}

/** @param file the importing file's path inside its package */
function importProblem(workspace: Workspace, file: string, { text }: Specifier): string | undefined {
  // What the bundler makes, or turns to one of two files.
  if (isBundled(workspace) && /^(?:#|virtual:)/.test(text)) return undefined;
  if (text.startsWith('.')) return relativeProblem(workspace, file, text);
  if (text.startsWith('/') || text.startsWith('file:'))
    return `imports "${text}": absolute paths are not modules`;
  if (text.startsWith('node:') || builtinModules.includes(text)) return builtinProblem(workspace, file, text);
  const name = packageName(text);
  const test = isTestFile(file);
  if (name.startsWith(SCOPE)) {
    const target = name.slice(SCOPE.length);
    // A package may name itself: that is how it finds a file of its own, such as a worker's, once it is built.
    if (target === workspace.id || ARROWS[workspace.id]?.includes(target)) return undefined;
    return arrowProblem(workspace.id, target);
  }
  const declared = {
    ...workspace.manifest.dependencies,
    ...(isProduct(workspace) && !isBundled(workspace) ? {} : workspace.manifest.devDependencies),
  };
  if (name in declared || (TEST_ONLY.includes(name) && (test || !isProduct(workspace)))) return undefined;
  return `imports "${name}", which is not among the dependencies of ${workspace.id}`;
}

function relativeProblem({ id, folder }: Workspace, file: string, text: string): string | undefined {
  const target = resolve(folder, dirname(file), text);
  const reached =
    REACHES_BELOW[id]?.map((name) => join(dirname(folder), 'packages', name, 'src') + sep) ?? [];
  if (isTestFile(file) && reached.some((place) => target.startsWith(place))) return undefined;
  if (!target.startsWith(folder + sep))
    return `imports "${text}", which lies outside ${id}: name the package instead`;
  if (isTestFile(relative(folder, target)) && !isTestFile(file))
    return `imports "${text}", which is for tests only`;
  return undefined;
}

function builtinProblem({ id }: Workspace, file: string, text: string): string | undefined {
  if (!(id in PORTABLE) || isTestFile(file)) return undefined;
  const exempt = PORTABLE[id];
  if (exempt !== undefined && file.startsWith(exempt)) return undefined;
  return `imports "${text}": ${id} runs without Node${exempt === undefined ? '' : ` (only ${exempt} may use it)`}`;
}

function arrowProblem(from: string, to: string): string {
  const allowed = ARROWS[from]?.map((name) => SCOPE + name).join(', ') ?? '';
  return `${from} may not import ${SCOPE}${to} (allowed: ${allowed === '' ? 'no package of ours' : allowed})`;
}

function isProduct({ folder }: Workspace): boolean {
  return dirname(folder).endsWith(`${sep}packages`);
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
