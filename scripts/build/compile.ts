import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { mustRun } from '../command.ts';
import { isBundled, isTestFile, ROOT, type Workspace } from '../workspace.ts';
import { processOf } from './bundle.ts';

/**
 * Emits a package's product sources as JavaScript with declarations into `dist/src`, file by file.
 * The packages it depends on must have been built: their declarations are read from their `dist`.
 */
export async function compilePackage(workspace: Workspace, built: readonly Workspace[]): Promise<void> {
  const { folder, manifest } = workspace;
  const files = filesOf(workspace);
  const outDir = join(folder, 'dist', 'src');
  const settings = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      rewriteRelativeImportExtensions: true,
      skipLibCheck: true,
      rootDir: join(folder, 'src'),
      outDir,
      typeRoots: [join(ROOT, 'node_modules', '@types')],
      paths: Object.fromEntries(built.flatMap(declarationPaths)),
    },
    include: [],
    files: files.map((path) => join(folder, path)),
  };
  const project = mkdtempSync(join(tmpdir(), 'portcullis-build-'));
  try {
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(settings));
    await mustRun('tsc', ['-p', project], { cwd: folder });
  } finally {
    rmSync(project, { recursive: true });
  }
  rewriteDeclarations(outDir);
  refuseSourcePaths(manifest.name, outDir);
}

/** Where what is run is bundled, only what may be imported is compiled, with what it imports. */
function filesOf(workspace: Workspace): string[] {
  const process = processOf(workspace);
  if (isBundled(workspace) || process !== undefined) {
    return Object.values(workspace.manifest.exports ?? {}).filter((path) => path !== process);
  }
  return globSync('src/**/*.ts', { cwd: workspace.folder }).filter((path) => !isTestFile(path));
}

/** Sends the compiler to a built package's declarations instead of its sources. */
function declarationPaths({ folder, manifest }: Workspace): [string, string[]][] {
  return Object.entries(manifest.exports ?? {}).map(([entry, target]) => [
    join(manifest.name, entry).replaceAll('\\', '/'),
    [join(folder, 'dist', target.replace(/\.ts$/, '.d.ts'))],
  ]);
}

/** tsc rewrites the `.ts` of imports in the JavaScript only; declarations must name what is really there as well. */
function rewriteDeclarations(outDir: string): void {
  for (const path of globSync('**/*.d.ts', { cwd: outDir })) {
    const file = join(outDir, path);
    const text = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      text.replace(/((?:from|import\()\s*|import\s+)(['"])(\.[^'"]+)\.ts\2/g, '$1$2$3.js$2'),
    );
  }
}

/** A path to a `.ts` file in a string (a worker's file, say) is not rewritten by tsc and would be missing at run time. */
function refuseSourcePaths(name: string, outDir: string): void {
  const found = globSync('**/*.js', { cwd: outDir }).flatMap((path) => {
    const lines = readFileSync(join(outDir, path), 'utf8').split('\n');
    return lines.flatMap((line, index) =>
      /['"`]\.{1,2}\/[^'"`\s]*\.ts['"`]/.test(line)
        ? [`${relative(ROOT, join(outDir, path))}:${index + 1} ${line.trim()}`]
        : [],
    );
  });
  if (found.length === 0) return;
  throw new Error(
    `${name} names its TypeScript files at run time; use a package export instead:\n${found.join('\n')}`,
  );
}
