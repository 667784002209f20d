import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseStrictObject, parseStrictObjectText, StrictJsonError } from './strict-json.ts';

/** JSON objects of modest depth with text that survives UTF-8. */
const objects = fc.dictionary(
  fc.string({ unit: 'binary' }).filter((name) => name !== '__proto__'),
  fc
    .jsonValue({ maxDepth: 6, stringUnit: 'binary' })
    .filter((value) => !JSON.stringify(value).includes('"__proto__"')),
);

function refused(text: string): boolean {
  try {
    parseStrictObjectText(text);
    return false;
  } catch (error) {
    assert.ok(error instanceof StrictJsonError, String(error));
    return true;
  }
}

test('reads every well-formed object as JSON.parse does, however it is spaced or escaped', () => {
  fc.assert(
    fc.property(objects, fc.constantFrom(0, 1, '\t'), fc.boolean(), (value, space, spelledOut) => {
      const plain = JSON.stringify(value, null, space);
      const text = spelledOut ? escapeAll(plain) : plain;
      assert.deepEqual(parseStrictObjectText(text), JSON.parse(plain));
      assert.deepEqual(parseStrictObject(new TextEncoder().encode(text)), JSON.parse(plain));
    }),
    { numRuns: 500 },
  );
});

/** Spells every string with escapes only. */
function escapeAll(json: string): string {
  return json.replaceAll(/"(?:[^"\\]|\\.)*"/g, (quoted) => escaped(String(JSON.parse(quoted))));
}

function escaped(text: string): string {
  const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
  return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')}"`;
}

test('never accepts what JSON.parse refuses, and throws nothing but StrictJsonError', () => {
  const pieces = fc.array(
    fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '"b"',
      '\\',
      '\\u0061',
      '1',
      '1e999',
      'null',
      ' ',
      '\n',
      '\0',
    ),
    { maxLength: 14 },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        pieces.map((parts) => `{${parts.join('')}}`),
        fc.string(),
      ),
      (text) => {
        if (refused(text)) return;
        assert.equal(typeof JSON.parse(text), 'object');
      },
    ),
    { numRuns: 3000 },
  );
});

test('refuses a duplicate at any place, in any spelling', () => {
  const wrap = fc.constantFrom(
    (inner: string) => inner,
    (inner: string) => `{"x":${inner}}`,
    (inner: string) => `{"x":[1,${inner}]}`,
    (inner: string) => `{"x":{"y":[[${inner}]]},"z":{}}`,
  );
  fc.assert(
    fc.property(
      fc.string(),
      fc.array(fc.tuple(fc.string(), fc.jsonValue({ maxDepth: 2 }))),
      wrap,
      (name, between, place) => {
        const first = JSON.stringify(name);
        const second = escaped(name);
        const middle = between
          .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)},`)
          .join('');
        assert.ok(refused(place(`{${first}:1,${middle}${second} \n: 2}`)));
      },
    ),
  );
});

test('takes equal names in different objects, and names that look like values', () => {
  const value = { a: { a: [{ a: 1 }, { a: 'a' }] }, b: 'a', 'a:': '":', c: ['a', 'a'], '': { '': '' } };
  assert.deepEqual(parseStrictObjectText(JSON.stringify(value)), value);
});

test('takes 16 levels and not one more', () => {
  const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
  assert.equal(refused(nested(16)), false);
  assert.equal(refused(nested(17)), true);
  assert.equal(refused(`{"a":"${'['.repeat(100)}"}`), false);
});

test('names the reason and never the text', () => {
  assert.throws(
    () => parseStrictObjectText('{"secret-value": oops}'),
    (error) => {
      assert.ok(error instanceof StrictJsonError);
      return !JSON.stringify([error.message, error.reason]).includes('secret');
    },
  );
});
