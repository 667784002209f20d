import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { connectionNamed } from './hop-by-hop.ts';

describe('connectionNamed', () => {
  it('names nothing for the options of the connection itself', () => {
    for (const value of ['keep-alive', 'Close', 'close, Keep-Alive', '', ' , ,'])
      assert.deepEqual(connectionNamed(value), []);
  });

  it('finds every named field, in lower case, however it is spaced', () => {
    const token = fc
      .stringMatching(/^[A-Za-z-]{1,12}$/)
      .filter((name) => !/^(keep-alive|close)$/i.test(name));
    const space = fc.constantFrom('', ' ', '\t', '  ');
    fc.assert(
      fc.property(fc.array(fc.tuple(space, token, space), { minLength: 1, maxLength: 5 }), (names) => {
        const value = names.map(([before, name, after]) => before + name + after).join(',');
        assert.deepEqual(
          connectionNamed(value),
          names.map(([, name]) => name.toLowerCase()),
        );
      }),
    );
  });
});
