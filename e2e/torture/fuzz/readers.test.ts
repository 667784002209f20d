import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { head } from '../../support/raw-connection.ts';
import { readRequests } from './read-requests.ts';
import { readResponses } from './read-responses.ts';

const SECOND = head('GET /second');
const OK = 'HTTP/1.1 200 OK\r\n';

/** The targets of the complete requests in these bytes. */
function targets(text: string): string[] {
  const { requests } = readRequests(Buffer.from(text, 'latin1'));
  return requests.filter(({ complete }) => complete).map(({ target }) => target);
}

describe('the judge of requests', () => {
  for (const [name, text] of Object.entries({
    'with Content-Length': `${head('POST /first', `Content-Length: ${SECOND.length}`)}${SECOND}`,
    chunked: `${head('POST /first', 'Transfer-Encoding: chunked')}${SECOND.length.toString(16)}\r\n${SECOND}\r\n0\r\n\r\n`,
  })) {
    test(`takes nothing in a body ${name} for a request`, () => {
      assert.deepEqual(targets(text), ['/first']);
      assert.deepEqual(targets(text + SECOND), ['/first', '/second']);
      for (let cut = 0; cut < text.length; cut += 1) assert.deepEqual(targets(text.slice(0, cut)), []);
    });
  }

  for (const [name, text] of Object.entries({
    'both framings': `${head('POST /first', 'Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
    'two lengths': `${head('POST /first', 'Content-Length: 5', 'Content-Length: 5')}hello`,
    'a folded line': head('GET /first', 'X-A: b\r\n c'),
    'a bare line feed': head('GET /first', 'X-A: b\nX-B: c'),
    'a space before a colon': head('POST /first', 'Content-Length : 0'),
    'a chunk that is longer than it says': `${head('POST /first', 'Transfer-Encoding: chunked')}1\r\nxx\r\n0\r\n\r\n`,
    'its own wish to close': head('GET /first', 'Connection: close'),
  })) {
    test(`takes nothing behind a request with ${name} for a request`, () => {
      assert.ok(!targets(text + SECOND).includes('/second'));
    });
  }
});

describe('the judge of responses', () => {
  const read = (bytes: string, closed = false, methods = ['GET', 'GET']) =>
    readResponses(bytes, methods, closed).responses.map(({ body, complete }) => [body, complete]);

  test('knows a complete one from one that is cut off', () => {
    const sized = `${OK}content-length: 2\r\n\r\n`;
    assert.deepEqual(read(`${sized}ok${sized}o`), [
      ['ok', true],
      ['o', false],
    ]);
    const chunked = `${OK}transfer-encoding: chunked\r\n\r\n2\r\nok\r\n`;
    assert.deepEqual(read(chunked, true), [['ok', false]]);
    assert.deepEqual(read(`${chunked}0\r\n\r\n`), [['ok', true]]);
    assert.deepEqual(read(`${OK}connection: close\r\n\r\nok`), [['ok', false]]);
    assert.deepEqual(read(`${OK}connection: close\r\n\r\nok`, true), [['ok', true]]);
  });

  test('expects no body after HEAD, 204, 304 and 1xx', () => {
    const sized = `${OK}content-length: 2\r\n\r\n`;
    assert.deepEqual(read(`${sized}${sized}ok`, false, ['HEAD', 'GET']), [
      ['', true],
      ['ok', true],
    ]);
    const early = 'HTTP/1.1 103 Early Hints\r\n\r\n';
    assert.deepEqual(read(`${early}HTTP/1.1 304 Not Modified\r\ncontent-length: 2\r\n\r\n`), [['', true]]);
  });

  test('finds bytes that are no response', () => {
    assert.ok(readResponses(`${OK}content-length: 2\r\n\r\nokxxxx\n`, ['GET', 'GET'], false).malformed);
    assert.ok(readResponses(`${OK}a: b\n\r\n`, ['GET'], false).malformed);
  });
});
