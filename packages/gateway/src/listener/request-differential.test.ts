/**
 * Bytes that a client may send, sound and unsound, given to our reader and to Node's own HTTP server. The two may differ in
 * one direction only: each request that we take, Node takes, and reads the same of it. There is no exception. What Node takes
 * and we do not, we refuse for a reason listed in STRICTER.
 */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, METHODS } from 'node:http';
import { Duplex } from 'node:stream';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { GatewayReason } from '../errors.ts';
import {
  compareWithNode,
  cuts,
  fieldLines,
  framedBody,
  lineEnd,
  lowerNames,
  often,
  partsOf,
  sound,
} from '../testing/http-bytes.ts';
import type { RequestHead } from './request-head.ts';
import { RequestFault, RequestReader } from './request-reader.ts';

const MAX_HEAD = 16 * 1024;

/** Why we refuse what Node takes. */
const STRICTER: Readonly<Partial<Record<GatewayReason, string>>> = {
  head_malformed:
    'Node takes other versions, a lone CR or LF before a request, no blank or several before the version, and half a target form',
  framing_ambiguous: 'Node takes requests without Host or with two, and equal lengths',
  upgrade_unsupported: 'Node leaves an upgrade that nobody listens for aside',
  body_malformed:
    'Node takes sizes with more digits, extensions of other forms, and some framing fields in trailers',
};

interface Request {
  readonly method: string;
  readonly target: string;
  readonly minorVersion: number;
  readonly fields: readonly string[];
  readonly body: string;
}

interface Answer {
  /** Those that were read to their end. */
  readonly requests: readonly Request[];
  /** Why the next one was refused; undefined when it is not there, or not whole. */
  readonly refused: GatewayReason | undefined;
}

function ours(parts: readonly Buffer[]): Answer {
  const requests: Request[] = [];
  const reader = new RequestReader(MAX_HEAD);
  const open: { head?: RequestHead | undefined; body: string } = { body: '' };
  try {
    for (const part of parts) {
      reader.feed(part);
      for (let next = takeNext(reader, open); next !== undefined; next = takeNext(reader, open)) {
        requests.push(next.request);
        if (next.last) return { requests, refused: undefined };
      }
    }
  } catch (error) {
    assert.ok(error instanceof RequestFault, `${error}`);
    return { requests, refused: error.reason };
  }
  return { requests, refused: undefined };
}

/**
 * @returns undefined when more bytes are needed
 * @throws RequestFault
 */
function takeNext(reader: RequestReader, open: { head?: RequestHead | undefined; body: string }) {
  open.head ??= reader.readHead();
  if (open.head === undefined) return undefined;
  const { method, target, minorVersion, fields, framing } = open.head;
  if (framing.fault !== undefined) throw new RequestFault(framing.fault);
  for (let part = reader.readBody(); part !== undefined; part = reader.readBody()) {
    open.body += part.toString('latin1');
  }
  if (!reader.complete) return undefined;
  // What follows a CONNECT is no body to Node. Nobody gets it here.
  const isTunnel = method === 'CONNECT';
  const request: Request = { method, target, minorVersion, fields, body: isTunnel ? '' : open.body };
  open.head = undefined;
  open.body = '';
  return { request, last: isTunnel || !framing.persists };
}

/** @returns the requests that Node's server has read to their end; undefined when it has ended the connection itself */
async function theirs(parts: readonly Buffer[]): Promise<readonly Request[] | undefined> {
  const requests: (Request | undefined)[] = [];
  const take = (message: IncomingMessage): void => {
    const at = requests.push(undefined) - 1;
    const chunks: Buffer[] = [];
    const { method = '', url = '', httpVersion, httpVersionMinor, rawHeaders } = message;
    message
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('error', () => {})
      .on('end', () => {
        if (!message.complete) return;
        requests[at] = {
          method,
          target: url,
          minorVersion: httpVersion.startsWith('1.') ? httpVersionMinor : Number.NaN,
          fields: lowerNames(rawHeaders),
          body: Buffer.concat(chunks).toString('latin1'),
        };
      });
  };
  const server = createServer({ requireHostHeader: false, maxHeaderSize: MAX_HEAD })
    .on('request', take)
    .on('checkContinue', take)
    .on('checkExpectation', take)
    .on('connect', (message) => {
      take(message);
      message.push(null);
      message.complete = true;
    })
    .on('clientError', () => {});
  const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  server.emit('connection', socket);
  for (const part of parts) socket.push(part);
  // What they amount to is told a few turns later.
  for (let turn = 0; turn < 6; turn += 1) await new Promise((done) => setImmediate(done));
  const gaveUp = socket.destroyed;
  socket.destroy();
  server.close();
  if (gaveUp) return undefined;
  const end = requests.indexOf(undefined);
  return requests.slice(0, end === -1 ? requests.length : end).flatMap((one) => one ?? []);
}

const method = fc.oneof(
  sound(fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS', 'QUERY')),
  fc.constantFrom(...METHODS, 'get', 'GETT', 'GE', 'BREW', 'PRI', '', 'G\0T', ' GET', 'SOURCE', 'M-SEARCH'),
);
const target = fc.oneof(
  sound(fc.constantFrom('/', '/a/b?c=d', '/%2e', '*', 'http://a.test/x', 'a.test:1')),
  fc.string({
    unit: fc.constantFrom('/', 'a', '?', '#', '*', '\\', '\xe9', '\x7f', '\0', '\t', '|', '"', ':'),
    maxLength: 4,
  }),
  fc.string({ unit: 'binary-ascii', maxLength: 6 }).map((text) => `/${text}`),
  fc
    .string({
      unit: fc.constantFrom('a', '@', ':', '/', '?', '#', '[', ']', '%', '.', '!', '|'),
      maxLength: 5,
    })
    .map((text) => `http://${text}`),
  fc.constantFrom(
    'http:/a',
    'http://',
    'http:///x',
    'http://a@b/',
    'http://a?x',
    'http://a#x',
    'ftp://x',
    '//a',
    'h1://a',
    'http://[::1]/',
  ),
);
const fields = fieldLines(
  fc.oneof(
    sound(
      fc.constantFrom('X-A', 'Accept', 'Cookie', 'Connection', 'Expect', 'TE', 'Authorization', 'Trailer'),
    ),
    fc.constantFrom('Host', 'Upgrade', 'Content-Length', 'Transfer-Encoding', 'Proxy-Connection'),
  ),
  '100-continue',
  'trailers',
);
const host = often('Host: a.test\r\n', '', 'Host: a.test\r\nHost: a.test\r\n', 'hOST:\r\n');
const requestLine = fc
  .tuple(
    often('', '\r\n', '\n', '\r', '\r\n\r\n', ' ', '\0'),
    method,
    often(' ', '  ', '\t', ''),
    target,
    often(' ', '  ', '\t', '', ' \t'),
    often(
      'HTTP/1.1',
      'HTTP/1.0',
      'HTTP/1.2',
      'HTTP/2.0',
      'HTTP/0.9',
      'http/1.1',
      'HTTP/1.1 ',
      'HTTP/11',
      'ICE/1.0',
      '',
    ),
    lineEnd,
  )
  .map((parts) => parts.join(''));

const stream = fc
  .array(
    fc.tuple(requestLine, host, fields, framedBody(fields)).map((parts) => parts.join('')),
    { minLength: 1, maxLength: 3 },
  )
  .map((requests) => requests.join(''));
test('reads of requests what Node reads of them, or refuses them', (t: TestContext) =>
  compareWithNode(t, fc.tuple(stream, cuts), async ([text, at], count) => {
    const parts = partsOf(text, at);
    const our = ours(parts);
    assert.deepEqual(ours(Array.from(Buffer.concat(parts), (byte) => Buffer.of(byte))), our, 'byte by byte');
    const their = await theirs(parts);
    if (their === undefined) {
      // With it goes what came before in the same piece, and was not told yet.
      assert.match(text, /PRI /, 'Node gives up at the beginning of HTTP/2 only');
      count('Node gives up');
      return;
    }
    count('both take', our.requests.length);
    assert.deepEqual(our.requests, their.slice(0, our.requests.length), `${JSON.stringify(their)}`);
    if (our.refused === undefined) return;
    if (their.length > our.requests.length) {
      count(`only Node takes: ${our.refused}`);
      assert.ok(our.refused in STRICTER, `refused as ${our.refused}, taken by Node`);
    } else count('both refuse');
  }));

test('serves what comes before a method that Node gives up at', async () => {
  const first = 'GET / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n';
  const parts = [Buffer.from(`${first}PRI /HTTP/1.1\r\nHost: a.test\r\n\r\n`)];
  assert.equal(await theirs(parts), undefined);
  const { requests, refused } = ours(parts);
  assert.deepEqual([requests.length, refused], [1, 'head_malformed']);
});

test('knows the methods that Node knows', () => {
  for (const name of METHODS) {
    const line = `${name} ${name === 'CONNECT' ? 'a.test:1' : '/'} HTTP/1.1\r\nHost: a.test\r\n\r\n`;
    assert.equal(ours([Buffer.from(line)]).requests[0]?.method, name);
  }
});
