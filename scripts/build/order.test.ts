import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Workspace } from '../workspace.ts';
import { inDependencyOrder } from './order.ts';

function workspace(id: string, ...needs: readonly string[]): Workspace {
  const dependencies = Object.fromEntries(needs.map((need) => [`@portcullis/${need}`, '0.1.0']));
  return { id, folder: `/${id}`, manifest: { name: `@portcullis/${id}`, version: '0.1.0', dependencies } };
}

it('builds a package after those it depends on', () => {
  const packages = [
    workspace('cli', 'gateway', 'token'),
    workspace('gateway', 'guard'),
    workspace('guard', 'token'),
  ];
  const ordered = inDependencyOrder([...packages, workspace('token')]);
  assert.deepEqual(
    ordered.map(({ id }) => id),
    ['token', 'guard', 'gateway', 'cli'],
  );
});

it('refuses a circle', () => {
  assert.throws(() => inDependencyOrder([workspace('a', 'b'), workspace('b', 'a')]), /circle among a, b/);
});
