import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { headText } from './head-text.ts';

const SOUND = /^(?:[\t\x20-\x7e\x80-\xff]*\r\n)*$/;

test('is the text of bytes that are lines and nothing else, wherever they lie', () => {
  const unit = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom('a', ' ', '\t', '\x7e', '\x80', '\xff', '\x1f\r\n') },
    { weight: 4, arbitrary: fc.constant('\r\n') },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) },
  );
  const text = fc.array(unit, { maxLength: 24 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, text, fc.constantFrom('', '\n', '\r', 'a'), (before, inside, behind) => {
      const bytes = Buffer.from(`${before}${inside}${behind}`, 'latin1');
      const found = headText(bytes, before.length, before.length + inside.length);
      assert.equal(found, SOUND.test(inside) ? inside : undefined);
    }),
    { numRuns: 3000 },
  );
});

test('finds each single byte that may not be there', () => {
  for (let code = 0; code < 256; code += 1) {
    for (let place = 0; place < 9; place += 1) {
      const line = `${'a'.repeat(place)}${String.fromCharCode(code)}${'b'.repeat(8 - place)}\r\n`;
      const allowed = code === 9 || (code >= 32 && code !== 127);
      const found = headText(Buffer.from(line, 'latin1'), 0, line.length);
      assert.equal(found, allowed ? line : undefined, `${code} at ${place}`);
    }
  }
});

test('looks at every byte of a long text', () => {
  for (const length of [32_765, 32_766, 32_767, 32_768, 32_769, 40_001]) {
    const line = Buffer.from(`before${'a'.repeat(length - 2)}\r\n`, 'latin1');
    const read = () => headText(line, 6, line.length)?.length;
    assert.equal(read(), length);
    for (let at = 6; at < line.length; at += at < 32_700 ? 37 : 1) {
      const sound = line[at] as number;
      line[at] = 0x0b;
      assert.equal(read(), undefined, `${at} of ${length}`);
      line[at] = sound;
    }
  }
});

test('begins where it is told, also when what stands before would make it sound', () => {
  for (const length of [10, 40_000]) {
    const bytes = Buffer.from(`\r\n${'a'.repeat(length)}\r\n`, 'latin1');
    assert.equal(headText(bytes, 0, bytes.length)?.length, bytes.length);
    assert.equal(headText(bytes, 1, bytes.length), undefined);
  }
});
