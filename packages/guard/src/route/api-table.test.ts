import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createApiTable, pathWithin } from './api-table.ts';

function tableOf(...basePaths: string[]) {
  return createApiTable(basePaths.map((basePath) => ({ basePath })));
}

describe('the API table', () => {
  it('finds the longest basePath on segment boundaries', () => {
    const table = tableOf('/orders', '/orders/v2/admin', '/');
    const base = (path: string) => table.find(path)?.basePath;
    assert.equal(base('/orders'), '/orders');
    assert.equal(base('/orders/'), '/orders');
    assert.equal(base('/orders/v2/x'), '/orders');
    assert.equal(base('/orders/v2/admin/x/y/z'), '/orders/v2/admin');
    assert.equal(base('/orders/v2/administrators'), '/orders');
    assert.equal(base('/ordersX'), '/');
    assert.equal(base('/'), '/');
  });

  it('finds nothing outside every basePath', () => {
    for (const path of ['/', '/order', '/ordersX', '/x/orders']) {
      assert.equal(tableOf('/orders').find(path), undefined, path);
    }
    assert.equal(tableOf().find('/x'), undefined);
  });

  it('finds what trying every basePath finds', () => {
    const path = fc
      .array(fc.constantFrom('a', 'b', 'ab'), { maxLength: 5 })
      .map((parts) => `/${parts.join('/')}`);
    fc.assert(
      fc.property(fc.uniqueArray(path, { maxLength: 6 }), path, fc.boolean(), (bases, target, slash) => {
        const asked = slash && target !== '/' ? `${target}/` : target;
        const expected = bases
          .filter((base) => base === '/' || asked === base || asked.startsWith(`${base}/`))
          .sort((a, b) => b.length - a.length)[0];
        assert.equal(tableOf(...bases).find(asked)?.basePath, expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('finds a basePath however its delimiters are spelled', () => {
    const table = tableOf('/a:b/c', '/d%40e', '/');
    const base = (path: string) => table.find(path)?.basePath;
    for (const path of ['/a:b/c', '/a%3Ab/c/x']) assert.equal(base(path), '/a:b/c', path);
    for (const path of ['/d@e', '/d%40e/x']) assert.equal(base(path), '/d%40e', path);
    assert.equal(pathWithin('/a:b/c', '/a%3Ab/c/x/'), '/x/');
    assert.equal(pathWithin('/d%40e', '/d@e'), '/');
    assert.equal(pathWithin('/d%40e', '/d@e/x%3A'), '/x%3A');
  });

  it('gives the path within the API', () => {
    assert.equal(pathWithin('/orders', '/orders'), '/');
    assert.equal(pathWithin('/orders', '/orders/'), '/');
    assert.equal(pathWithin('/orders', '/orders/42/'), '/42/');
    assert.equal(pathWithin('/', '/orders'), '/orders');
  });
});
