import type { Random } from './random.ts';
import { TAG } from './strict-upstream.ts';

/** The tag of responses that nobody asked for: no client may ever see it. */
export const POISON = 'poison';

/** What an upstream does instead of answering: bytes in turn, pauses between them, and an end. */
export interface Lie {
  readonly name: string;
  readonly parts: readonly Buffer[];
  /** Milliseconds between two parts. */
  readonly pause: number;
  readonly end: 'keep' | 'close' | 'reset';
}

/** Makes the whole of a response to a request under `tag`. */
type Maker = (random: Random, tag: string, method: string) => string;

const OK = 'HTTP/1.1 200 OK\r\n';

/** A tag as it stands in a body, where it is found again. */
export function marked(tag: string): string {
  return `<${tag}>`;
}

function sized(tag: string, body: string, line = OK): string {
  return `${line}${TAG}: ${tag}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

function chunked(tag: string, chunks: string, fields = ''): string {
  return `${OK}${TAG}: ${tag}\r\n${fields}Transfer-Encoding: chunked\r\n\r\n${chunks}`;
}

function chunk(text: string, size = text.length.toString(16)): string {
  return `${size}\r\n${text}\r\n`;
}

/** A head with these lines in the middle of it, with their line ends, and a body that fits if they do no harm. */
function withLines(tag: string, lines: string): string {
  return `${OK}${TAG}: ${tag}\r\n${lines}Content-Length: ${marked(tag).length}\r\n\r\n${marked(tag)}`;
}

const LINES = [
  'X-A: a\r\n folded\r\n',
  'X-A: a\0b\r\n',
  'X-A: a\nX-B: b\r\n',
  'X-A: a\rX-B: b\r\n',
  'X-A : b\r\n',
  ' X-A: b\r\n',
  ': b\r\n',
  'no colon\r\n',
  'X-A: \xff\xfe\r\n',
  'X-A\xe9: b\r\n',
  'Content-Length: 1\r\n',
  'Content-Length: 7\r\nContent-Length: 7\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: gzip\r\n',
  'Transfer-Encoding: chunked, identity\r\n',
  'Trailer: x-sum\r\n',
  'Connection: close\r\n',
  'Connection: keep-alive, x-tag\r\nKeep-Alive: timeout=0\r\n',
  'Keep-Alive: timeout=999999999999\r\n',
  'Upgrade: h2c\r\nConnection: Upgrade\r\n',
  'X-Request-Id: theirs\r\n',
  'Set-Cookie: a=b\r\nSet-Cookie: c=d\r\n',
  'Proxy-Authenticate: Basic\r\n',
];
const CHUNK_SIZES = [
  'zz',
  '-1',
  '+5',
  '0x5',
  '',
  ' 5',
  '5 ',
  'ffffffffffffffff',
  '10000000000000000',
  '5;\n',
  '5\0',
];
const STATUS_LINES = [
  'HTTP/1.1 200\r\n',
  'HTTP/1.1  200 OK\r\n',
  'HTTP/1.0 200 OK\r\n',
  'HTTP/2.0 200 OK\r\n',
  'HTTP/1.1 999 Odd\r\n',
  'HTTP/1.1 0200 OK\r\n',
  'HTTP/1.1 2oo OK\r\n',
  'http/1.1 200 OK\r\n',
  'HTTP/1.1 200 \xe9\x80\r\n',
  'HTTP/1.1 200 O\0K\r\n',
  'HTTP/1.1 204 No Content\r\n',
  'HTTP/1.1 205 Reset\r\n',
  'HTTP/1.1 304 Not Modified\r\n',
  'HTTP/1.1 407 Proxy\r\n',
  '\r\nHTTP/1.1 200 OK\r\n',
];

const MAKERS: Readonly<Record<string, Maker>> = {
  plain: (random, tag, method) =>
    sized(tag, method === 'HEAD' ? '' : marked(tag).repeat(1 + random.below(40))),
  large: (random, tag) => sized(tag, marked(tag).repeat(random.below(20_000))),
  chunks: (random, tag) => chunked(tag, `${chunk(marked(tag)).repeat(random.below(9))}0\r\n\r\n`),
  untilClosed: (_, tag) => `${OK}${TAG}: ${tag}\r\n\r\n${marked(tag).repeat(20)}`,
  flood: (random, tag) =>
    `HTTP/1.1 103 Early Hints\r\n${TAG}: ${tag}\r\n\r\n`.repeat(random.below(500)) + sized(tag, marked(tag)),
  continues: (_, tag) => `HTTP/1.1 100 Continue\r\n\r\n${sized(tag, marked(tag))}`,
  switching: (_, tag) =>
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n${marked(tag)}`,
  badChunk: (random, tag) =>
    chunked(tag, `${chunk(marked(tag))}${chunk(marked(tag), random.pick(CHUNK_SIZES))}0\r\n\r\n`),
  badChunkEnd: (random, tag) =>
    chunked(tag, `5\r\nhello${random.pick(['', '\n', '\r', 'x\r\n', 'hello\r\n'])}0\r\n\r\n`),
  tooLong: (_, tag) => sized(tag, marked(tag)).replace(/(Content-Length: )/, '$19'),
  tooShort: (_, tag) => sized(tag, marked(tag)).replace(/(Content-Length: )\d+/, '$13'),
  lines: (random, tag) => withLines(tag, random.pick(LINES)),
  statusLine: (random, tag) => sized(tag, marked(tag), random.pick(STATUS_LINES)),
  hugeHead: (random, tag) => withLines(tag, `X-A: ${'a'.repeat(random.below(200_000))}\r\n`),
  manyFields: (random, tag) => withLines(tag, 'X-A: b\r\n'.repeat(random.below(4000))),
  trailers: (random, tag) =>
    chunked(
      tag,
      `${chunk(marked(tag))}0\r\n${random.pick(['X-Sum: 1', 'Content-Length: 0', 'Set-Cookie: a=b', 'bad', ' x'])}\r\n\r\n`,
      'Trailer: x-sum\r\n',
    ),
  garbageAfter: (random, tag) =>
    sized(tag, marked(tag)) + random.bytes(1 + random.below(50)).toString('latin1'),
  unasked: (random, tag) =>
    sized(tag, marked(tag)) + sized(POISON, marked(POISON)).repeat(1 + random.below(3)),
  unaskedAfterChunks: (_, tag) =>
    chunked(tag, `${chunk(marked(tag))}0\r\n\r\n`) + sized(POISON, marked(POISON)),
  unaskedAfterNothing: (_, tag) =>
    `HTTP/1.1 204 No Content\r\n${TAG}: ${tag}\r\n\r\n${sized(POISON, marked(POISON))}`,
  bodyOfNothing: (_, tag) =>
    `HTTP/1.1 304 Not Modified\r\n${TAG}: ${tag}\r\nContent-Length: 9\r\n\r\n${marked(POISON)}`,
  http09: (_, tag) => marked(tag),
  http2: () => '\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64',
  preface: () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  nothing: () => '',
};

/** What the upstream says to the request with this tag: every third time the truth. */
export function makeLie(random: Random, tag: string, method: string): Lie {
  const name = random.chance(33) ? 'plain' : random.pick(Object.keys(MAKERS));
  let bytes: Buffer = Buffer.from(MAKERS[name]?.(random, tag, method) ?? '', 'latin1');
  if (name !== 'plain' && !bytes.includes(POISON) && random.chance(20)) bytes = scratch(random, bytes, tag);
  const breaks = name !== 'plain' && random.chance(15);
  if (breaks) bytes = bytes.subarray(0, random.below(bytes.length + 1));
  const resets = random.chance(10);
  const closes = breaks || resets || /nothing|untilClosed|tooLong/.test(name);
  const end = closes ? random.pick(['close', 'reset', 'keep'] as const) : 'keep';
  return { name, parts: partsOf(random, name, bytes), pause: random.pick([0, 1, 5]), end };
}

/** Damages a few bytes, but no tag in a head: half of it could be another one. */
function scratch(random: Random, bytes: Buffer, tag: string): Buffer {
  const copy = Buffer.from(bytes);
  const line = `${TAG}: ${tag}`;
  for (let edits = 1 + random.below(3); edits > 0 && copy.length > 0; edits -= 1) {
    const at = random.below(copy.length);
    const near = bytes.indexOf(line, Math.max(0, at - line.length - 1));
    if (near === -1 || near > at) copy[at] = random.pick([0, 10, 13, 32, 58, 127, 255]);
  }
  return copy;
}

/** What nobody asked for comes in one piece with the response: later, nobody could tell it from the next response. */
function partsOf(random: Random, name: string, bytes: Buffer): Buffer[] {
  if (/unasked|After|bodyOfNothing|tooShort/.test(name) || random.chance(50)) return [bytes];
  const cuts = Array.from({ length: random.below(4) }, () => random.below(bytes.length + 1)).sort(
    (a, b) => a - b,
  );
  return [0, ...cuts].map((from, i) => bytes.subarray(from, cuts[i] ?? bytes.length));
}
