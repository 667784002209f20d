import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Manifest, Workspace } from '../workspace.ts';
import { publishedManifest } from './manifest.ts';

function workspace(manifest: Manifest): Workspace {
  return { id: 'some', folder: '/nowhere', manifest };
}

it('publishes compiled entries with their types, pinned dependencies, and nothing of development', () => {
  const manifest = publishedManifest(
    workspace({
      name: '@portcullis/token',
      version: '0.1.0',
      license: 'Apache-2.0',
      engines: { node: '>=22' },
      bin: { portcullis: './bin/portcullis.js' },
      exports: { '.': './src/index.ts', './node': './src/node/index.ts' },
      dependencies: { jose: '6.0.0' },
      devDependencies: { 'fast-check': '4.0.0' },
    }),
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

it('publishes what runs as a process as the bundle that it was made into', () => {
  const exports = { '.': './src/index.ts', './worker': './src/worker.ts' };
  const gateway = workspace({ name: '@portcullis/gateway', version: '0.1.0', exports });
  const manifest = publishedManifest(gateway, ['bundle', 'src']);
  assert.deepEqual(Object(manifest).exports, {
    '.': { types: './src/index.d.ts', default: './src/index.js' },
    './worker': './bundle/worker.js',
    './package.json': './package.json',
  });
});
