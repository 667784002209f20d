/**
 * Bytes that an upstream may send, sound and unsound, given to our reader and to Node's own HTTP client. The two may differ
 * in one direction only: what we take as a whole response, Node takes, and reads the same of it. There is no exception. What
 * Node takes and we do not, we refuse for a reason listed in STRICTER.
 */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { Duplex } from 'node:stream';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { UpstreamErrorCode } from '../errors.ts';
import {
  compareWithNode,
  cuts,
  fieldLines,
  framedBody,
  lineEnd,
  lowerNames,
  often,
  partsOf,
} from '../testing/http-bytes.ts';
import type { ResponseHead } from './response-head.ts';
import { ResponseReader } from './response-reader.ts';
import { UpstreamError } from './upstream-error.ts';

/** Why we refuse what Node takes. */
const STRICTER: Readonly<Partial<Record<UpstreamErrorCode, string>>> = {
  response_head_malformed:
    'Node takes HTTP/2.0 in a status line, a status below 100, and control characters in a reason phrase',
  response_framing: 'Node takes chunked in HTTP/1.0, and framing in interim responses',
  response_coding: 'Node passes a body on in whatever coding it is',
  response_switched: 'Node takes 101 without Upgrade for a final response',
  response_chunk_malformed: 'Node takes sizes with more digits, and extensions of any length',
};

interface Message {
  readonly status: number;
  readonly fields: readonly string[];
  readonly body: string;
  readonly trailers: readonly string[];
  readonly informations: readonly number[];
}

type Answer = { readonly message: Message } | { readonly refused: string };

/** @returns also how many of the parts were read until it was complete */
function ours(parts: readonly Buffer[], method: string): Answer & { readonly needed: number } {
  let head: ResponseHead | undefined;
  let body = '';
  let ended: readonly string[] | undefined;
  const informations: number[] = [];
  const reader = new ResponseReader({
    onInformation: ({ status }) => informations.push(status),
    onHead(final) {
      head = final;
    },
    onBody(part) {
      body += part.toString('latin1');
    },
    onEnd(rest, trailers) {
      body += typeof rest === 'string' ? rest : rest.toString('latin1');
      ended = trailers;
    },
  });
  reader.expect(method);
  // One buffer for all that comes, with what came before still in it, as the connection has.
  const buffer = Buffer.alloc(1000, '0\r\n\r\n');
  let needed = 0;
  try {
    for (const part of parts) {
      if (ended !== undefined) break;
      part.copy(buffer);
      reader.read(buffer, part.length);
      needed += 1;
    }
    reader.end();
  } catch (error) {
    assert.ok(error instanceof UpstreamError, `${error}`);
    if (ended === undefined) return { refused: error.code, needed: parts.length };
  }
  if (head === undefined || ended === undefined) return { refused: 'connection_closed', needed };
  const { status, fields } = head;
  return { message: { status, fields, body, trailers: ended, informations }, needed };
}

function theirs(parts: readonly Buffer[], method: string): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const informations: number[] = [];
  const socket = new Duplex({
    read() {},
    write(_chunk, _encoding, done) {
      done();
      if (this.readableEnded || sent) return;
      sent = true;
      for (const part of parts) this.push(part);
      this.push(null);
    },
  });
  let sent = false;
  const refuse = (error: Error): void => {
    resolve({ refused: String('code' in error ? error.code : error) });
    socket.destroy();
  };
  request({ method, host: 'a.test', createConnection: () => socket })
    .on('information', ({ statusCode }) => informations.push(statusCode))
    .on('error', refuse)
    .on('upgrade', () => refuse(new Error('upgraded')))
    .on('response', (response) => {
      const chunks: Buffer[] = [];
      response
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('error', refuse)
        .on('end', () => {
          const { statusCode = 0, rawHeaders, rawTrailers, complete } = response;
          if (!complete) return refuse(new Error('cut off'));
          resolve({
            message: {
              status: statusCode,
              fields: lowerNames(rawHeaders),
              body: Buffer.concat(chunks).toString('latin1'),
              trailers: lowerNames(rawTrailers),
              informations,
            },
          });
          socket.destroy();
        });
    })
    .end();
  // What the bytes before the end amount to is told a few turns later.
  socket.on('close', () => setTimeout(resolve, 5, { refused: 'closed' }));
  return promise;
}

const fields = fieldLines(
  fc.constantFrom('X-A', 'Set-Cookie', 'Date', 'Connection', 'Keep-Alive', 'Trailer', 'content-TYPE'),
  'timeout=5',
  '3',
  'x-sum',
);
const statusLine = fc
  .tuple(
    often('HTTP/1.1', 'HTTP/1.0', 'HTTP/1.2', 'HTTP/2.0', 'http/1.1', 'HTTP/1.1 ', 'ICY'),
    often(' ', '  ', '\t', ''),
    often('200', '204', '304', '404', '099', '600', '999', '20', '2000', '101', '+20', ''),
    often(' OK', '', ' ', ' \xe9', ' a\tb', ' \0', ' a\x01', '\tOK', 'OK'),
    lineEnd,
  )
  .map((parts) => parts.join(''));
const information = fc
  .tuple(fc.constantFrom('100', '103', '102'), fields)
  .map(([status, lines]) => `HTTP/1.1 ${status} X\r\n${lines}\r\n`);

const behind = often('', 'HTTP/1.1 200 OK\r\n\r\n', '\r\n', 'a');
const stream = fc
  .tuple(fc.array(information, { maxLength: 2 }), statusLine, fields, framedBody(fields), behind)
  .map((parts) => parts.flat().join(''));
function without({ needed: _, ...answer }: Answer & { readonly needed: number }): Answer {
  return answer;
}

test('reads of a response what Node reads of it, or refuses it', (t: TestContext) =>
  compareWithNode(
    t,
    fc.tuple(stream, cuts, fc.constantFrom('GET', 'GET', 'HEAD', 'POST')),
    async ([text, at, method], count) => {
      const parts = partsOf(text, at);
      const bytes = Buffer.concat(parts);
      // Byte by byte it is the same, and tells where the response ends: what is behind it is nothing to compare.
      const { needed, ...our } = ours(
        Array.from(bytes, (byte) => Buffer.of(byte)),
        method,
      );
      assert.deepEqual(without(ours(parts, method)), our);
      const their = await theirs(partsOf(bytes.toString('latin1', 0, needed), at), method);
      if ('message' in our) {
        count('both take');
        assert.ok('message' in their, `taken by us, refused by Node: ${JSON.stringify(their)}`);
        assert.deepEqual(our.message, their.message);
      } else if ('message' in their) {
        count(`only Node takes: ${our.refused}`);
        assert.ok(our.refused in STRICTER, `refused as ${our.refused}, taken by Node`);
      } else count('both refuse');
    },
  ));
