import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeBase64url } from './base64url.ts';

test('reads back whatever bytes were written', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const decoded = decodeBase64url(Buffer.from(bytes).toString('base64url'));
      assert.deepEqual(decoded, new Uint8Array(bytes));
    }),
  );
});

test('accepts a text only when writing its bytes gives the very text again', () => {
  const nearly = fc.string({
    unit: fc.constantFrom(...'ABCDwxyz0189-_', '=', '+', '/', ' ', '\n', 'é'),
    maxLength: 12,
  });
  let accepted = 0;
  fc.assert(
    fc.property(fc.oneof(nearly, fc.base64String(), fc.string()), (text) => {
      const decoded = decodeBase64url(text);
      const canonical = Buffer.from(text, 'base64url').toString('base64url') === text;
      assert.equal(decoded !== undefined, canonical);
      if (decoded !== undefined) accepted += 1;
    }),
    { numRuns: 2000 },
  );
  assert.ok(accepted > 50);
});
