import assert from 'node:assert/strict';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { ROOT } from '../workspace.ts';
import { buildSite, isStale } from './site.ts';

const KB = 1024;
const SITE = join(ROOT, 'packages', 'console', 'site');

/** What a browser has to fetch before it shows the page, and what is fetched by and by. Compressed with gzip, in bytes. */
function servedSizes(): { first: number; all: number } {
  const page = readFileSync(join(SITE, 'served', 'index.html'), 'utf8');
  const named = [...page.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, path = '']) => path);
  const size = (path: string): number => statSync(join(SITE, 'served', `${path}.gz`)).size;
  const first = ['index.html', ...named].reduce((sum, path) => sum + size(path), 0);
  const all = globSync('**/*.{html,js,css}', { cwd: join(SITE, 'served') }).reduce(
    (sum, path) => sum + size(path),
    0,
  );
  return { first, all };
}

/** A package entry as a browser gets it: minified and compressed, with what it depends on. In bytes. */
async function bundleSize(entry: string): Promise<number> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2024',
      rolldownOptions: {
        input: join(ROOT, entry),
        preserveEntrySignatures: 'strict',
        output: { format: 'es' },
      },
    },
  });
  const chunks = [built].flat().flatMap((result) => ('output' in result ? result.output : []));
  return gzipSync(chunks.map((chunk) => (chunk.type === 'chunk' ? chunk.code : '')).join(''), { level: 9 })
    .length;
}

describe('what a browser has to load stays within its budget', () => {
  before(async () => {
    if (isStale()) await buildSite(() => {});
  });

  test('the console is shown after less than 150 KB, and all of it is less than 450', (t) => {
    const { first, all } = servedSizes();
    t.diagnostic(`first load ${(first / KB).toFixed(1)} KB, everything ${(all / KB).toFixed(1)} KB (gzip)`);
    assert.ok(first < 150 * KB, `${first} bytes`);
    assert.ok(all < 450 * KB, `${all} bytes`);
  });

  test('the debugger as one file is less than 1 MB', (t) => {
    const { size } = statSync(join(SITE, 'debugger.html'));
    t.diagnostic(`${(size / KB).toFixed(0)} KB`);
    assert.ok(size < 1_000_000, `${size} bytes`);
  });

  for (const [entry, most] of [
    ['packages/token/src/index.ts', 32],
    ['packages/token/src/inspect/index.ts', 30],
  ] as const) {
    test(`${entry} is less than ${most} KB`, async (t) => {
      const size = await bundleSize(entry);
      t.diagnostic(`${(size / KB).toFixed(1)} KB (gzip)`);
      assert.ok(size < most * KB, `${size} bytes`);
    });
  }
});
