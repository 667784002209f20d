import assert from 'node:assert/strict';
import { it } from 'node:test';
import { publishedManifest } from './manifest.ts';

it('publishes compiled entries with their types, pinned dependencies, and nothing of development', () => {
  const manifest = publishedManifest(
    {
      name: '@portcullis/token',
      version: '0.1.0',
      license: 'Apache-2.0',
      engines: { node: '>=22' },
      bin: { portcullis: './bin/portcullis.js' },
      exports: { '.': './src/index.ts', './node': './src/node/index.ts' },
      dependencies: { jose: '6.0.0' },
      devDependencies: { 'fast-check': '4.0.0' },
    },
    ['src'],
  );
  assert.deepEqual(JSON.parse(JSON.stringify(manifest)), {
    name: '@portcullis/token',
    version: '0.1.0',
    license: 'Apache-2.0',
    type: 'module',
    engines: { node: '>=22' },
    exports: {
      '.': { types: './src/index.d.ts', default: './src/index.js' },
      './node': { types: './src/node/index.d.ts', default: './src/node/index.js' },
      './package.json': './package.json',
    },
    bin: { portcullis: './bin/portcullis.js' },
    files: ['src', 'LICENSE', 'README.md'],
    dependencies: { jose: '6.0.0' },
  });
});
