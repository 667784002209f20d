import { existsSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { mustRun } from '../command.ts';
import { ROOT } from '../workspace.ts';
import { offlinePage } from './offline-page.ts';

const CONSOLE = join(ROOT, 'packages', 'console');
const SITE = join(CONSOLE, 'site');
const OFFLINE_PARTS = join(SITE, '.offline');
/** Last of all to be written: when it is there, everything is. */
const OFFLINE_PAGE = join(SITE, 'debugger.html');

/** What the site is made of, beside what npm ci brings. */
const SOURCES = [
  'packages/{console,token,guard}/src/**/*',
  'packages/console/{index.html,vite.config.ts,package.json}',
  'package-lock.json',
];

/** Is there no site, or one that is older than a source? */
export function isStale(): boolean {
  if (!existsSync(OFFLINE_PAGE)) return true;
  const built = statSync(OFFLINE_PAGE).mtimeMs;
  return globSync(SOURCES, { cwd: ROOT }).some((path) => statSync(join(ROOT, path)).mtimeMs > built);
}

/** Builds both forms of the site into packages/console/site. */
export async function buildSite(report: (line: string) => void): Promise<void> {
  const start = performance.now();
  rmSync(OFFLINE_PAGE, { force: true });
  const quiet = ['--logLevel', 'warn'];
  await mustRun('vite', ['build', ...quiet], { cwd: CONSOLE });
  compressAll(join(SITE, 'served'));
  await mustRun('vite', ['build', '--mode', 'offline', ...quiet], { cwd: CONSOLE });
  const page = offlinePage(OFFLINE_PARTS);
  writeFileSync(join(SITE, 'licenses.md'), licenses());
  rmSync(OFFLINE_PARTS, { recursive: true });
  writeFileSync(OFFLINE_PAGE, page);
  const size = (page.length / 1024).toFixed(0);
  report(
    `built the console in ${((performance.now() - start) / 1000).toFixed(1)} s; offline page ${size} KB`,
  );
}

/** Of everything that is bundled into the site, which must go along with it. */
function licenses(): string {
  const texts = globSync('licenses-*.md', { cwd: OFFLINE_PARTS }).sort();
  return texts.map((path) => readFileSync(join(OFFLINE_PARTS, path), 'utf8')).join('\n');
}

/** Once, as well as it can be done, instead of on each request. */
function compressAll(folder: string): void {
  for (const path of globSync('**/*.{html,js,css}', { cwd: folder })) {
    const file = join(folder, path);
    const bytes = readFileSync(file);
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
    const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
    writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
  }
}
