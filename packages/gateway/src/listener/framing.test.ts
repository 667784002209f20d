import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readFraming } from './framing.ts';

const HOST = ['host', 'api.test'];

describe('readFraming', () => {
  it('finds no body without framing fields', () => {
    assert.deepEqual(readFraming(HOST, 1), {
      fault: undefined,
      length: 0,
      acceptsTrailers: false,
      expectsContinue: false,
      persists: true,
    });
  });

  it('reads a Content-Length', () => {
    assert.equal(readFraming([...HOST, 'content-length', '42'], 1).length, 42);
  });

  it('reads chunked in any case as a body of unknown length', () => {
    assert.equal(readFraming([...HOST, 'transfer-encoding', 'Chunked'], 1).length, -1);
  });

  it('notes TE: trailers among other codings', () => {
    assert.equal(readFraming([...HOST, 'te', 'deflate;q=0.5, Trailers'], 1).acceptsTrailers, true);
  });

  it('notes that the client waits for 100 Continue, if it has a body and speaks HTTP/1.1', () => {
    const expects = [...HOST, 'expect', 'wonders, 100-Continue'];
    assert.equal(readFraming([...expects, 'content-length', '4'], 1).expectsContinue, true);
    assert.equal(readFraming([...expects, 'transfer-encoding', 'chunked'], 1).expectsContinue, true);
    assert.equal(readFraming([...expects, 'content-length', '4'], 0).expectsContinue, false);
    assert.equal(readFraming(expects, 1).expectsContinue, false);
    assert.equal(
      readFraming([...HOST, 'expect', 'x100-continue', 'content-length', '4'], 1).expectsContinue,
      false,
    );
  });

  it('keeps the connection of HTTP/1.1 unless asked to close it, and that of HTTP/1.0 never', () => {
    assert.equal(readFraming([...HOST, 'connection', 'keep-alive, TE'], 1).persists, true);
    assert.equal(readFraming([...HOST, 'connection', 'x-hop,Close'], 1).persists, false);
    assert.equal(readFraming([...HOST, 'connection', 'x', 'connection', 'close'], 1).persists, false);
    assert.equal(readFraming([...HOST, 'connection', 'closed'], 1).persists, true);
    assert.equal(readFraming([...HOST, 'connection', 'keep-alive'], 0).persists, false);
  });

  it('keeps no connection after a request that it refuses', () => {
    assert.equal(readFraming([], 1).persists, false);
    assert.equal(readFraming([...HOST, 'upgrade', 'h2c'], 1).persists, false);
  });

  const ambiguous: Record<string, string[]> = {
    'no Host': [],
    'two Hosts': [...HOST, 'host', 'other.test'],
    'Content-Length and Transfer-Encoding (CL.TE)': [
      ...HOST,
      'content-length',
      '4',
      'transfer-encoding',
      'chunked',
    ],
    'two equal Content-Lengths': [...HOST, 'content-length', '4', 'content-length', '4'],
    'two Transfer-Encodings': [...HOST, 'transfer-encoding', 'chunked', 'transfer-encoding', 'chunked'],
    'a list of codings': [...HOST, 'transfer-encoding', 'gzip, chunked'],
    'chunked twice in one field': [...HOST, 'transfer-encoding', 'chunked, chunked'],
    'an unknown coding': [...HOST, 'transfer-encoding', 'xchunked'],
    identity: [...HOST, 'transfer-encoding', 'identity'],
    'a coding with a vertical tab': [...HOST, 'transfer-encoding', '\vchunked'],
    'a signed length': [...HOST, 'content-length', '+4'],
    'a length list': [...HOST, 'content-length', '4, 4'],
    'a hexadecimal length': [...HOST, 'content-length', '0x4'],
    'an empty length': [...HOST, 'content-length', ''],
    'a length beyond what a double holds': [...HOST, 'content-length', '9007199254740993'],
  };
  for (const [what, fields] of Object.entries(ambiguous)) {
    it(`refuses ${what}`, () => {
      assert.equal(readFraming(fields, 1).fault, 'framing_ambiguous');
    });
  }

  it('refuses chunked from an HTTP/1.0 client', () => {
    assert.equal(readFraming([...HOST, 'transfer-encoding', 'chunked'], 0).fault, 'framing_ambiguous');
  });

  it('refuses Upgrade', () => {
    assert.equal(readFraming([...HOST, 'upgrade', 'websocket'], 1).fault, 'upgrade_unsupported');
  });

  it('never reads a length that differs from what the digits say', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 18 }), (text) => {
        const { fault, length } = readFraming([...HOST, 'content-length', text], 1);
        if (/^[0-9]{1,15}$/.test(text)) assert.equal(length, Number(text));
        else assert.equal(fault, 'framing_ambiguous');
      }),
    );
  });
});
