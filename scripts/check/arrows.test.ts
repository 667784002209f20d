import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { checkArrows } from './arrows.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A small workspace that keeps every arrow, with the given files laid over it. */
function tree(files: Readonly<Record<string, string | object>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'arrows-')));
  folders.push(root);
  const sound = {
    'packages/token/package.json': manifest('token', { jose: '6.0.0' }),
    'packages/token/src/index.ts': "export { x } from './x.ts';",
    'packages/token/src/x.ts': "import { jwtVerify } from 'jose';\nexport const x = jwtVerify;",
    'packages/token/src/x.test.ts':
      "import assert from 'node:assert';\nimport fc from 'fast-check';\nassert(fc);",
    'packages/token/src/node/index.ts': "import { readFileSync } from 'node:fs';\nexport { readFileSync };",
    'packages/guard/package.json': manifest('guard', { '@portcullis/token': '0.1.0' }),
    'packages/guard/src/index.ts': "import type { x } from '@portcullis/token';\nexport type X = typeof x;",
  };
  for (const [path, content] of Object.entries({ ...sound, ...files })) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return root;
}

function manifest(name: string, dependencies: Readonly<Record<string, string>> = {}): object {
  return { name: `@portcullis/${name}`, version: '0.1.0', dependencies };
}

describe('the table of arrows', () => {
  it('finds nothing in a workspace that keeps to it', () => {
    assert.deepEqual(checkArrows(tree({})), []);
  });

  const violations: Readonly<Record<string, { files: Record<string, string | object>; told: RegExp }>> = {
    'an import upwards': {
      files: { 'packages/token/src/x.ts': "\nimport { g } from '@portcullis/guard';\nexport const x = g;" },
      told: /^packages\/token\/src\/x\.ts:2 token may not import @portcullis\/guard/,
    },
    'an import upwards for its types only': {
      files: { 'packages/token/src/x.ts': "import type { G } from '@portcullis/guard';\nexport type X = G;" },
      told: /may not import @portcullis\/guard/,
    },
    'an import upwards inside a type': {
      files: { 'packages/token/src/x.ts': "export type X = import('@portcullis/guard').G;" },
      told: /may not import @portcullis\/guard/,
    },
    'an import upwards through a re-export': {
      files: { 'packages/token/src/x.ts': "export * from '@portcullis/guard';" },
      told: /may not import @portcullis\/guard/,
    },
    'an import upwards at run time': {
      files: { 'packages/token/src/x.ts': "export const x = await import('@portcullis/guard');" },
      told: /may not import @portcullis\/guard/,
    },
    'a dependency upwards': {
      files: {
        'packages/token/package.json': manifest('token', { jose: '6.0.0', '@portcullis/guard': '0.1.0' }),
      },
      told: /^token\/package\.json token may not import @portcullis\/guard/,
    },
    'a package that is not in the table': {
      files: { 'packages/plugin/package.json': manifest('plugin') },
      told: /^plugin\/package\.json plugin is not in the table/,
    },
    'a dependency on another version than the one beside it': {
      files: { 'packages/guard/package.json': manifest('guard', { '@portcullis/token': '0.0.9' }) },
      told: /is "0\.0\.9" here, but that package is 0\.1\.0/,
    },
    'a dependency that is not pinned': {
      files: { 'packages/token/package.json': manifest('token', { jose: '^6.0.0' }) },
      told: /jose is not pinned/,
    },
    'a path into another package': {
      files: { 'packages/guard/src/index.ts': "export { x } from '../../token/src/index.ts';" },
      told: /lies outside guard/,
    },
    'a path of conformance into a package that it has no leave to reach into': {
      files: {
        'conformance/package.json': manifest('conformance', { '@portcullis/token': '0.1.0' }),
        'conformance/a.test.ts':
          "import '../packages/token/src/x.ts';\nimport '../packages/guard/src/index.ts';",
      },
      told: /^conformance\/a\.test\.ts:2 imports .* which lies outside conformance/,
    },
    "a test's file in product code": {
      files: {
        'packages/token/src/x.ts': "export { x } from './testing/y.ts';",
        'packages/token/src/testing/y.ts': 'export const x = 1;',
      },
      told: /imports ".\/testing\/y.ts", which is for tests only/,
    },
    'a Node module in the portable part of token': {
      files: {
        'packages/token/src/x.ts': "import { readFileSync } from 'node:fs';\nexport const x = readFileSync;",
      },
      told: /imports "node:fs": token runs without Node \(only src\/node\//,
    },
    'a Node module without its prefix in guard': {
      files: {
        'packages/guard/src/index.ts': "import { createHash } from 'crypto';\nexport const g = createHash;",
      },
      told: /imports "crypto": guard runs without Node/,
    },
    'a package that is not among the dependencies': {
      files: { 'packages/guard/src/index.ts': "import { z } from 'zod';\nexport const g = z;" },
      told: /imports "zod", which is not among the dependencies of guard/,
    },
    'a test tool in product code': {
      files: { 'packages/guard/src/index.ts': "import fc from 'fast-check';\nexport const g = fc;" },
      told: /imports "fast-check"/,
    },
  };
  for (const [name, { files, told }] of Object.entries(violations)) {
    it(`finds ${name}`, () => {
      const problems = checkArrows(tree(files));
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0] ?? '', told);
    });
  }

  it('lets a package find a file of its own by its own name', () => {
    const source = "export const worker = import.meta.resolve('@portcullis/token/node');";
    assert.deepEqual(checkArrows(tree({ 'packages/token/src/x.ts': source })), []);
  });

  it('is not misled by imports that stand in comments, strings and templates', () => {
    const source = [
      "// import { g } from '@portcullis/guard';",
      "export const a = `\nimport { g } from '@portcullis/guard';\n`;",
      'export const b = "import(\'@portcullis/guard\')";',
    ];
    assert.deepEqual(checkArrows(tree({ 'packages/token/src/x.ts': source.join('\n') })), []);
  });
});
