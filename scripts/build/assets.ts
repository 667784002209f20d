import { cpSync, existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isBundled, isTestFile, ROOT, type Workspace } from '../workspace.ts';
import { builtPath } from './bundle.ts';

/** What a bundled package is built into. */
export const SITE = 'site';

/**
 * Copies what product code reads at run time beside its own code: every file of `src` that is not TypeScript and not a
 * test's, and `bin`, whose one import of a source file is turned to the compiled one.
 */
export function copyAssets(workspace: Workspace): void {
  const { folder } = workspace;
  const dist = join(folder, 'dist');
  if (isBundled(workspace)) {
    cpSync(join(folder, SITE), join(dist, SITE), { recursive: true });
    return;
  }
  for (const path of globSync('src/**/*', { cwd: folder })) {
    if (statSync(join(folder, path)).isDirectory() || path.endsWith('.ts') || isTestFile(path)) continue;
    mkdirSync(dirname(join(dist, path)), { recursive: true });
    cpSync(join(folder, path), join(dist, path));
  }
  for (const path of globSync('bin/*.js', { cwd: folder })) {
    const script = readFileSync(join(folder, path), 'utf8');
    mkdirSync(join(dist, 'bin'), { recursive: true });
    const built = script.replace(
      /(['"])\.(\.\/src\/[^'"]+\.ts)\1/g,
      (_text, quote: string, source: string) => `${quote}.${builtPath(workspace, source)}${quote}`,
    );
    writeFileSync(join(dist, path), built, { mode: 0o755 });
  }
}

/** LICENSE, and the package's own README or a short one that says what it is. */
export function writePapers({ folder, manifest }: Workspace): void {
  const dist = join(folder, 'dist');
  cpSync(join(ROOT, 'LICENSE'), join(dist, 'LICENSE'));
  const own = join(folder, 'README.md');
  if (existsSync(own)) cpSync(own, join(dist, 'README.md'));
  else writeFileSync(join(dist, 'README.md'), shortReadme(manifest));
}

function shortReadme({ name, description = '', engines }: Workspace['manifest']): string {
  return `# ${name}

${description}

A part of Portcullis, which secures APIs with JSON Web Tokens. Needs Node ${engines?.['node'] ?? 'of a current version'}; every export carries its
types, and each public function says in its own comment what it takes, returns and throws.
`;
}
