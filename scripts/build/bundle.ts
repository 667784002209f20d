import { join } from 'node:path';
import { build } from 'vite';
import type { Workspace } from '../workspace.ts';

/** Where processes are bundled into; beside `src`, so that what they read relative to their files is where it is in `src`. */
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

/** Not bundled: what finds its files relative to itself, and what is loaded only where PostgreSQL is configured. */
const EXTERNAL = ['@portcullis/console', 'pg'];

/** The module of a package that runs as a process, if it has one. */
export function processOf({ manifest }: Workspace): string | undefined {
  return PROCESSES[manifest.name];
}

/** Bundles a package's process into `dist/bundle`, with the licenses of all that is in it. */
export async function bundleProcess(workspace: Workspace): Promise<void> {
  const entry = processOf(workspace);
  if (entry === undefined) return;
  await build({
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
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
}

/** Where a source file is in `dist`. */
export function builtPath(workspace: Workspace, source: string): string {
  const built = source.replace(/\.ts$/, '.js');
  return source === processOf(workspace) ? built.replace(/^\.\/src\/(?:.*\/)?/, `./${BUNDLE}/`) : built;
}
