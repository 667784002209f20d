import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { judgeJson, viewJson, withoutWhiteSpace } from './json-view.ts';

const objects = fc.dictionary(
  fc.string({ unit: 'binary' }).filter((name) => name !== '__proto__'),
  fc
    .jsonValue({ maxDepth: 4, stringUnit: 'binary' })
    .filter((value) => !JSON.stringify(value).includes('"__proto__"')),
);

test('lays JSON out without changing anything that it says', () => {
  fc.assert(
    fc.property(objects, fc.constantFrom(0, 1, '\t'), (value, space) => {
      const raw = JSON.stringify(value, null, space);
      const { text, object, faults } = viewJson(raw, 'payload');
      assert.deepEqual(object, JSON.parse(raw));
      assert.deepEqual(faults, []);
      assert.equal(withoutWhiteSpace(text), JSON.stringify(value));
      assert.equal(viewJson(text, 'payload').text, text, 'once laid out, it stays');
    }),
  );
});

test('finds one fault in whatever is no JSON, within the text, and none where there is none', () => {
  const parts = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"',
    "'",
    '1',
    'x',
    ' ',
    '\n',
    '\\',
    'null',
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(parts, { maxLength: 12 }).map((all) => all.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const { faults, object } = judgeJson(text, 'header');
      for (const { start, end } of faults) assert.ok(start >= 0 && end >= start && end <= text.length);
      assert.equal(object !== undefined, isObjectText(text));
      if (!isObjectText(text)) assert.equal(faults.length > 0, true);
    }),
    { numRuns: 3000 },
  );
});

function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

test('tells each duplicate at its second place, also when spelled with escapes', () => {
  const text = '{"a":1,"b":{"c":1,"\\u0063":2},"a":3}';
  const { faults, object } = judgeJson(text, 'payload');
  assert.deepEqual(
    faults.map(({ code, start, end }) => [code, text.slice(start, end)]),
    [
      ['duplicate_member', '"\\u0063"'],
      ['duplicate_member', '"a"'],
    ],
  );
  assert.deepEqual(object, { a: 3, b: { c: 2 } });
});

test('JSON nested beyond measure is neither laid out nor parsed', () => {
  const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
  const { text, object, faults } = viewJson(deep, 'payload');
  assert.equal(text, deep);
  assert.equal(object, undefined);
  assert.equal(faults[0]?.code, 'not_strict');
});
