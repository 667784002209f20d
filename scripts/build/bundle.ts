import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build, type Rolldown } from 'vite';
import type { Workspace } from '../workspace.ts';

/** Where processes are bundled into: beside `src`, so that `../package.json` is the same file for a module at its top. */
export const BUNDLE = 'bundle';

/**
 * What each start runs. It is bundled with what it imports: some 700 files of ours and of others take more than half of a
 * start to find and to load.
 */
const PROCESSES: Readonly<Record<string, string>> = {
  '@portcullis/cli': './src/main.ts',
  '@portcullis/gateway': './src/worker.ts',
  '@portcullis/issuer': './src/process/main.ts',
};

/** Not bundled: it finds its files relative to itself. */
const EXTERNAL = ['@portcullis/console'];

/** The module of a package that runs as a process, if it has one. */
export function processOf({ manifest }: Workspace): string | undefined {
  return PROCESSES[manifest.name];
}

/** Bundles a package's process into `dist/bundle`, with the licenses of all that is in it. */
export async function bundleProcess(workspace: Workspace): Promise<void> {
  const entry = processOf(workspace);
  if (entry === undefined) return;
  const built = await build({
    root: workspace.folder,
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true },
    build: {
      ssr: entry,
      outDir: join('dist', BUNDLE),
      target: 'node24',
      minify: false,
      license: { fileName: 'licenses.md' },
      rolldownOptions: {
        external: EXTERNAL,
        checks: { eval: false }, // depd, which is below oidc-provider, has one
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
  refuseUndeclared(
    workspace,
    [built].flat().flatMap((result) => ('output' in result ? result.output : [])),
  );
}

/** What is left outside must come with the very package, or whoever installs it may have another version, or none. */
function refuseUndeclared(
  { manifest }: Workspace,
  files: readonly (Rolldown.OutputChunk | Rolldown.OutputAsset)[],
): void {
  const chunks = files.filter((file) => file.type === 'chunk');
  const inside = new Set(chunks.map(({ fileName }) => fileName));
  const outside = chunks
    .flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports])
    .filter((name) => !inside.has(name) && !isBuiltin(name));
  const { name: own, dependencies = {} } = manifest;
  const undeclared = outside.filter(
    (name) => ![own, ...Object.keys(dependencies)].some((known) => `${name}/`.startsWith(`${known}/`)),
  );
  if (undeclared.length > 0)
    throw new Error(`the bundle of ${own} imports what it does not declare: ${undeclared.join(', ')}`);
}

/** Where a source file is in `dist`. */
export function builtPath(workspace: Workspace, source: string): string {
  const built = source.replace(/\.ts$/, '.js');
  return source === processOf(workspace) ? built.replace(/^\.\/src\/(?:.*\/)?/, `./${BUNDLE}/`) : built;
}
