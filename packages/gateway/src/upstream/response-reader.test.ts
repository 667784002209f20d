import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ResponseReader } from './response-reader.ts';
import { UpstreamError } from './upstream-error.ts';

/** Reads one text as the answer to a GET; the parts of its body, and whether they lie in the memory that it was read from. */
function read(text: string): { lent: boolean; shared: boolean[] } {
  const bytes = Buffer.alloc(text.length, text, 'latin1'); // memory of its own
  const shared: boolean[] = [];
  const note = (part: Buffer | string): void => {
    if (typeof part !== 'string' && part.length > 0) shared.push(part.buffer === bytes.buffer);
  };
  const reader = new ResponseReader({ onInformation() {}, onHead() {}, onBody: note, onEnd: note });
  reader.expect('GET');
  return { lent: reader.read(bytes, bytes.length), shared };
}

const chunked = (size: number): string =>
  `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`;

describe('ResponseReader', () => {
  it('lends its memory for large parts, and copies small ones, which would keep all of it', () => {
    assert.deepEqual(read(chunked(100)), { lent: false, shared: [false] });
    assert.deepEqual(read(chunked(40_000)), { lent: true, shared: [true] });
  });

  it('does not wait for the rest of what can become no head', () => {
    for (const text of ['HTTP/1.1 200 OK\nContent-Length: 2\n\nok', 'HTTP/1.1 200 OK\r\nA: b\n', 'HTTP/2']) {
      assert.throws(() => read(text), new UpstreamError('response_head_malformed'), text);
    }
    assert.deepEqual(read('HTTP/1.1 200 OK\r'), { lent: false, shared: [] });
  });
});
