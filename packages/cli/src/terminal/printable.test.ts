import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { printable, printableJson, printableValue } from './printable.ts';

const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u{feff}]/u;
const hostile = fc.string({
  unit: fc.constantFrom(
    'a',
    '"',
    '\\',
    '\u001b',
    '\u009b',
    '\u007f',
    '\r',
    '\n',
    '\u2028',
    '\u202e',
    '\ufeff',
    '😀',
  ),
});

test('an escape sequence in a claim cannot reach the terminal', () => {
  assert.equal(printable('\u001b[31mred\u009b0m'), '\\u{1b}[31mred\\u{9b}0m');
  assert.equal(printableValue(['\u202e']), '["\\u{202e}"]');
});

test('ordinary text is left alone', () => {
  assert.equal(printable('Zoë, 東京, 😀'), 'Zoë, 東京, 😀');
});

test('whatever the text, nothing is left that a terminal would act on', () => {
  fc.assert(
    fc.property(
      hostile,
      (text) => !UNSAFE.test(printable(text)) && !UNSAFE.test(printableValue({ [text]: text })),
    ),
  );
});

test('JSON is printed harmless and still means the same', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const json = printableJson({ [text]: [text] });
      assert.doesNotMatch(json.replaceAll('\n', ''), UNSAFE);
      assert.deepEqual(JSON.parse(json), { [text]: [text] });
    }),
  );
});
