import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FieldNames } from './field-names.ts';

test('holds the names that it was given and no others', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '-'), maxLength: 4 });
  fc.assert(
    fc.property(fc.array(name, { minLength: 1 }), name, (names, asked) => {
      const set = new FieldNames(names);
      assert.equal(set.has(asked), names.includes(asked));
      assert.equal(
        set.hasLength(asked.length),
        names.some(({ length }) => length === asked.length),
      );
    }),
  );
});
