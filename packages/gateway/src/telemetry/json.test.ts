import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { jsonMilliseconds, jsonText } from './json.ts';
import { withoutTokens } from './redact.ts';

describe('jsonText', () => {
  it('writes what JSON.stringify writes, without tokens', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary-ascii' }),
      fc.string({ unit: fc.constantFrom('e', 'y', 'J', '.', '"', '\\', '{', ' ', 'ü') }),
    );
    fc.assert(
      fc.property(text, (value) => {
        assert.equal(jsonText(value), withoutTokens(JSON.stringify(value)));
      }),
    );
  });

  it('keeps no token', () => {
    assert.equal(jsonText('/a/eyJhbGciOiJub25lIn0.e30.'), '"/a/<token>"');
  });
});

describe('jsonMilliseconds', () => {
  it('writes the number that is nearest to the microsecond', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (milliseconds) => {
        assert.equal(jsonMilliseconds(milliseconds), JSON.stringify(Math.round(milliseconds * 1000) / 1000));
      }),
    );
  });

  it('writes a number whatever it is given', () => {
    for (const odd of [-0.5, Number.NaN, Infinity, -Infinity]) assert.equal(jsonMilliseconds(odd), '0');
  });
});
