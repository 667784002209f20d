/**
 * Bytes that a client may send, sound and unsound, given to our reader and to Node's own HTTP server. The two may differ in
 * one direction only: each request that we take, Node takes, and reads the same of it. There is no exception. What Node takes
 * and we do not, we refuse for a reason listed in STRICTER.
 *
 * PORTCULLIS_FUZZ_SECONDS says how long (default 4), PORTCULLIS_FUZZ_SEED repeats a run.
 */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, METHODS } from 'node:http';
import { Duplex } from 'node:stream';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { GatewayReason } from '../errors.ts';
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

/** @returns the requests that Node's server has read to their end */
async function theirs(parts: readonly Buffer[]): Promise<readonly Request[]> {
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
          fields: rawHeaders.map((text, i) => (i % 2 === 0 ? text.toLowerCase() : text)),
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
  socket.destroy();
  server.close();
  const end = requests.indexOf(undefined);
  return requests.slice(0, end === -1 ? requests.length : end).flatMap((one) => one ?? []);
}

const often = <T>(usual: T, ...others: readonly T[]) =>
  fc.oneof(
    { weight: 60, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
const octet = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
const sound = <T>(arbitrary: fc.Arbitrary<T>) => ({ weight: 30, arbitrary });

const lineEnd = often('\r\n', '\n', '\r', '\r\r\n', '', '\0\r\n');
const body = fc.string({ unit: fc.constantFrom('a', '\r', '\n', '0', '\xe9'), maxLength: 12 });
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
const value = fc.oneof(
  sound(
    fc.constantFrom(
      '',
      'a',
      'a, b',
      'chunked',
      'close',
      'keep-alive',
      '100-continue',
      'trailers',
      '\xe9',
      ' a\t',
    ),
  ),
  fc.string({ unit: octet, maxLength: 4 }),
  fc.string({
    unit: fc.constantFrom('a', ' ', '\t', '\0', '\x7f', '\x01', '\xff', '"', ':', '\r', '\n'),
    maxLength: 4,
  }),
);
const name = fc.oneof(
  sound(fc.constantFrom('X-A', 'Accept', 'Cookie', 'Connection', 'Expect', 'TE', 'Authorization', 'Trailer')),
  fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 3 }),
  fc.constantFrom('Host', 'Upgrade', 'Content-Length', 'Transfer-Encoding', 'Proxy-Connection'),
  fc.string({ unit: fc.constantFrom('a', '-', ' ', '(', '_', '\t', '\0', '\xe9'), maxLength: 3 }),
);
const field = fc
  .tuple(name, often(':', ' :', '', '::'), often(' ', '', '\t', '  ', '\r\n '), value, lineEnd)
  .map((parts) => parts.join(''));
const fields = fc.array(field, { maxLength: 3 }).map((lines) => lines.join(''));
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

const chunk = fc
  .tuple(
    body,
    often('', ';a', ';a=b', ';a="b c"', ';', ' ', ';a=\0', ';a;b=c', '\t', '; a', ';a="\\""'),
    lineEnd,
    lineEnd,
  )
  .map(([text, extension, sizeEnd, chunkEnd]) =>
    text === '' ? '' : `${text.length.toString(16)}${extension}${sizeEnd}${text}${chunkEnd}`,
  );
const chunked = fc
  .tuple(
    fc.array(chunk, { maxLength: 3 }),
    often('0', '00', '000000000000', '-0', '0x0', '', 'g'),
    lineEnd,
    fc.oneof(sound(fc.constant('')), fields),
    lineEnd,
  )
  .map(([chunks, last, lastEnd, trailers, end]) => chunks.join('') + last + lastEnd + trailers + end);
const framed = fc.oneof(
  { weight: 3, arbitrary: fc.constant('\r\n') },
  { weight: 3, arbitrary: body.map((text) => `Content-Length: ${text.length}\r\n\r\n${text}`) },
  { weight: 3, arbitrary: chunked.map((text) => `Transfer-Encoding: chunked\r\n\r\n${text}`) },
  fc
    .tuple(body, fc.constantFrom('5', '05', '+1', '1, 1', '', '-1', '0x1', '99999999999999999999', ' 2'))
    .map(([text, length]) => `Content-Length: ${length}\r\n\r\n${text}`),
  fc
    .tuple(
      chunked,
      fc.constantFrom('gzip, chunked', 'Chunked', 'chunked, chunked', 'identity', 'xchunked', ''),
    )
    .map(([text, coding]) => `Transfer-Encoding: ${coding}\r\n\r\n${text}`),
  chunked.map((text) => `Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n${text}`),
  body.map((text) => `\r\n${text}`),
);
const stream = fc
  .array(
    fc.tuple(requestLine, host, fields, framed).map((parts) => parts.join('')),
    { minLength: 1, maxLength: 3 },
  )
  .map((requests) => requests.join(''));
/** Where the stream is cut into reads, and whether it is cut short. */
const cuts = fc.tuple(
  fc.array(fc.nat({ max: 400 }), { maxLength: 4 }),
  fc.option(fc.nat({ max: 400 }), { freq: 8 }),
);

function partsOf(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [0, ...places.filter((at) => at < bytes.length), bytes.length].sort((a, b) => a - b);
  return sorted.slice(1).flatMap((end, i) => {
    const part = bytes.subarray(sorted[i], end);
    return part.length === 0 ? [] : [part];
  });
}

const seconds = Number(process.env['PORTCULLIS_FUZZ_SECONDS'] ?? 4);
const seed = Number(process.env['PORTCULLIS_FUZZ_SEED'] ?? Date.now() % 2 ** 31);

test('reads of requests what Node reads of them, or refuses them', async (t: TestContext) => {
  t.diagnostic(`seed ${seed}, ${seconds} s (PORTCULLIS_FUZZ_SEED, PORTCULLIS_FUZZ_SECONDS)`);
  const tally = new Map<string, number>();
  const count = (what: string, times = 1): void => void tally.set(what, (tally.get(what) ?? 0) + times);
  await fc.assert(
    fc.asyncProperty(stream, cuts, async (text, [places, short]) => {
      const bytes = Buffer.from(text, 'latin1').subarray(0, short ?? undefined);
      const parts = partsOf(bytes, places);
      const our = ours(parts);
      assert.deepEqual(ours(Array.from(bytes, (byte) => Buffer.of(byte))), our, 'byte by byte');
      const their = await theirs(parts);
      count('both take', our.requests.length);
      assert.deepEqual(our.requests, their.slice(0, our.requests.length), `${JSON.stringify(their)}`);
      if (our.refused === undefined) return;
      if (their.length > our.requests.length) {
        count(`only Node takes: ${our.refused}`);
        assert.ok(our.refused in STRICTER, `refused as ${our.refused}, taken by Node`);
      } else count('both refuse');
    }),
    {
      seed,
      numRuns: Number.MAX_SAFE_INTEGER,
      interruptAfterTimeLimit: seconds * 1000,
      markInterruptAsFailure: false,
    },
  );
  for (const [what, times] of tally) t.diagnostic(`${times} ${what}`);
  assert.ok((tally.get('both take') ?? 0) > 50 && (tally.get('both refuse') ?? 0) > 50);
});

test('knows the methods that Node knows', () => {
  for (const name of METHODS) {
    const line = `${name} ${name === 'CONNECT' ? 'a.test:1' : '/'} HTTP/1.1\r\nHost: a.test\r\n\r\n`;
    assert.equal(ours([Buffer.from(line)]).requests[0]?.method, name);
  }
});
