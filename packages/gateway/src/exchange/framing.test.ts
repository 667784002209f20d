import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readFraming } from './framing.ts';

const HOST = ['Host', 'api.test'];

describe('readFraming', () => {
  it('finds no body without framing fields', () => {
    assert.deepEqual(readFraming(HOST, 1), { fault: undefined, length: 0, acceptsTrailers: false });
  });

  it('reads a Content-Length', () => {
    assert.equal(readFraming([...HOST, 'content-LENGTH', '42'], 1).length, 42);
  });

  it('reads chunked in any case as a body of unknown length', () => {
    assert.equal(readFraming([...HOST, 'Transfer-Encoding', 'Chunked'], 1).length, -1);
  });

  it('notes TE: trailers among other codings', () => {
    assert.equal(readFraming([...HOST, 'TE', 'deflate;q=0.5, Trailers'], 1).acceptsTrailers, true);
  });

  const ambiguous: Record<string, string[]> = {
    'no Host': [],
    'two Hosts': [...HOST, 'host', 'other.test'],
    'Content-Length and Transfer-Encoding (CL.TE)': [
      ...HOST,
      'Content-Length',
      '4',
      'Transfer-Encoding',
      'chunked',
    ],
    'two equal Content-Lengths': [...HOST, 'Content-Length', '4', 'Content-Length', '4'],
    'two Transfer-Encodings': [...HOST, 'Transfer-Encoding', 'chunked', 'Transfer-Encoding', 'chunked'],
    'a list of codings': [...HOST, 'Transfer-Encoding', 'gzip, chunked'],
    'chunked twice in one field': [...HOST, 'Transfer-Encoding', 'chunked, chunked'],
    'an unknown coding': [...HOST, 'Transfer-Encoding', 'xchunked'],
    identity: [...HOST, 'Transfer-Encoding', 'identity'],
    'a coding with a vertical tab': [...HOST, 'Transfer-Encoding', '\vchunked'],
    'a signed length': [...HOST, 'Content-Length', '+4'],
    'a length list': [...HOST, 'Content-Length', '4, 4'],
    'a hexadecimal length': [...HOST, 'Content-Length', '0x4'],
    'an empty length': [...HOST, 'Content-Length', ''],
    'a length beyond what a double holds': [...HOST, 'Content-Length', '9007199254740993'],
  };
  for (const [what, fields] of Object.entries(ambiguous)) {
    it(`refuses ${what}`, () => {
      assert.equal(readFraming(fields, 1).fault, 'framing_ambiguous');
    });
  }

  it('refuses chunked from an HTTP/1.0 client', () => {
    assert.equal(readFraming([...HOST, 'Transfer-Encoding', 'chunked'], 0).fault, 'framing_ambiguous');
  });

  it('refuses Upgrade', () => {
    assert.equal(readFraming([...HOST, 'Upgrade', 'websocket'], 1).fault, 'upgrade_unsupported');
  });

  it('never reads a length that differs from what the digits say', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 18 }), (text) => {
        const { fault, length } = readFraming([...HOST, 'Content-Length', text], 1);
        if (/^[0-9]{1,15}$/.test(text)) assert.equal(length, Number(text));
        else assert.equal(fault, 'framing_ambiguous');
      }),
    );
  });
});
