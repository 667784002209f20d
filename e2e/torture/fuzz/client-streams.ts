import type { Random } from './random.ts';
import { TAG } from './strict-upstream.ts';

const METHODS = ['GET', 'GET', 'POST', 'POST', 'POST', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH', 'QUERY'];
const STRANGE_METHODS = [
  'PROPFIND',
  'M-SEARCH',
  'PURGE',
  'BREW',
  'get',
  'TRACE',
  'CONNECT',
  'PRI',
  'G\0T',
  '',
];
const TARGETS = ['/a/open/x', '/a/open/x?q=1', '/a/open/y-z', '/a/x'];
const STRANGE_TARGETS = [
  'http://gateway.test/a/open/x',
  'http://other.test:1/a/open/x',
  '*',
  'gateway.test:80',
  '//a/open/x',
  '/a/open/%2e%2e/x',
  '/a/open/../x',
  '/a/open/x#part',
  '/a/open/x\\y',
  '/a/open/x%00',
  '',
  'x',
];

const UPGRADES = [
  'Upgrade: websocket\r\nConnection: Upgrade\r\n',
  'Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n',
];
/** Field lines that make a head doubtful, with their line ends. */
const DOUBTS = [
  'Content-Length: 5\r\nContent-Length: 5\r\n',
  'Content-Length: 5\r\nContent-Length: 0\r\n',
  'Content-Length: 0\r\nTransfer-Encoding: chunked\r\n',
  'Transfer-Encoding: chunked\r\nContent-Length: 200\r\n',
  'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n',
  'Transfer-Encoding: identity, chunked\r\n',
  'Transfer-Encoding:\x0bchunked\r\n',
  'Transfer-Encoding : chunked\r\n',
  'Transfer-Encoding:\r\n chunked\r\n',
  'X-A: b\r\n Content-Length: 200\r\n',
  'X-A: b\nContent-Length: 200\r\n',
  'X-A: b\rContent-Length: 200\r\n',
  'Content-Length: +5\r\n',
  'Content-Length: 5, 5\r\n',
  'Content-Length: 0x5\r\n',
  'Content_Length: 5\r\n',
  'Content-Length: 1e1\r\n',
  'X-A: a\0b\r\n',
  'Host: second.test\r\n',
  ': nameless\r\n',
  'no colon\r\n',
  ...UPGRADES,
  'Connection: content-length, host\r\n',
  'Connection: close\r\n',
  'Expect: 100-continue\r\n',
  'Expect: 200-ok, 100-continue\r\n',
  'TE: trailers\r\n',
  'X-Caf\xe9: b\r\n',
];
/** Where a mutation strikes, something of this may come in. */
const SCRAPS = [
  ['\r\n', '\n', '\r', '\r\n\r\n', '\0', ' ', '\t', ':', ',', ';', '\x7f', '\xff', '0', '-'],
  ['0\r\n\r\n', 'ffffffffffffffff\r\n', 'Content-Length: 0\r\n', 'Transfer-Encoding: chunked\r\n'],
].flat();

/** What one client is going to send. */
export interface ClientStream {
  readonly bytes: Buffer;
  /** Where the bytes are cut into separate writes. */
  readonly cuts: readonly number[];
  /** Milliseconds between two writes. */
  readonly pause: number;
  /** How it ends: it waits for its answers, closes its half, or breaks off in the middle. */
  readonly ending: 'patient' | 'half-closed' | 'reset';
}

/** Makes the stream of client `index`: one to four requests, right or wrong in any way that the field has seen. */
export function makeStream(random: Random, index: number, authorization: string): ClientStream {
  const count = 1 + random.below(4);
  let text = '';
  for (let i = 0; i < count; i += 1) text += request(random, `s${index}-${i}`, authorization);
  if (random.chance(4)) text = `${text}PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`;
  let bytes: Buffer = Buffer.from(text, 'latin1');
  if (random.chance(40)) bytes = mutate(random, bytes);
  const ending = random.pick(['patient', 'patient', 'patient', 'half-closed', 'reset'] as const);
  if (ending === 'reset') bytes = bytes.subarray(0, random.below(bytes.length + 1));
  return { bytes, ending, cuts: cutsOf(random, bytes.length), pause: random.pick([0, 0, 1, 3]) };
}

function request(random: Random, tag: string, authorization: string): string {
  const method = random.chance(5) ? random.pick(STRANGE_METHODS) : random.pick(METHODS);
  const target = random.chance(5) ? random.pick(STRANGE_TARGETS) : random.pick(TARGETS);
  const version = random.chance(4) ? random.pick(['1.0', '0.9', '1.2', '2.0', '11', '1.1 ']) : '1.1';
  let head = `${method} ${target} HTTP/${version}\r\nHost: gateway.test\r\n${TAG}: ${tag}\r\n`;
  if (target === '/a/x' && random.chance(80)) head += `${authorization}\r\n`;
  if (random.chance(10)) head += random.pick(DOUBTS);
  if (random.chance(2)) head += `X-Large: ${'x'.repeat(random.below(60_000))}\r\n`;
  if (random.chance(2)) head += 'X-Many: y\r\n'.repeat(random.below(2500));
  return head + body(random, method, tag);
}

/** Ends the head. Bodies hold whole requests, which nobody may ever take for requests. */
function body(random: Random, method: string, tag: string): string {
  if (/^(GET|HEAD|DELETE|OPTIONS)$/.test(method) && random.chance(85)) return '\r\n';
  const canary = `GET /a/open/canary HTTP/1.1\r\nHost: gateway.test\r\n${TAG}: canary-${tag}\r\n\r\n`;
  const filling = random.chance(3) ? canary.repeat(1 + random.below(2000)) : canary;
  const content = random.pick(['', 'x', canary, `x${filling}`, `\r\n\r\n${filling}`, filling]);
  if (random.chance(50)) return `Content-Length: ${content.length + lie(random)}\r\n\r\n${content}`;
  return `Transfer-Encoding: chunked\r\n\r\n${chunks(random, content, canary)}`;
}

function lie(random: Random): number {
  return random.chance(8) ? random.below(40) - 20 : 0;
}

function chunks(random: Random, content: string, canary: string): string {
  let text = '';
  for (let at = 0; at < content.length; ) {
    const size = random.chance(30) ? 1 + random.below(9) : 1 + random.below(content.length);
    const data = content.slice(at, at + size);
    const told = Math.max(0, data.length + lie(random)).toString(16);
    const extension = random.chance(15) ? random.pick([';a', ';a=b', ';a="b"', ' ;a', ';', ';a\n']) : '';
    const end = random.chance(2) ? random.pick(['\n', '\r', '', 'xx', '\r\n\r\n']) : '\r\n';
    text += `${random.chance(5) ? '0'.repeat(random.below(20)) : ''}${told}${extension}\r\n${data}${end}`;
    at += data.length;
  }
  if (random.chance(3)) return text; // the last chunk is missing
  const trailers = random.chance(15)
    ? random.pick([
        'X-T: 1\r\n',
        'Content-Length: 9\r\n',
        ' folded\r\n',
        canary,
        `${TAG}: canary-trailer\r\n`,
      ])
    : '';
  return `${text}0\r\n${trailers}\r\n`;
}

function mutate(random: Random, bytes: Buffer): Buffer {
  if (random.chance(4)) return random.bytes(1 + random.below(600));
  let mutated: Buffer = bytes;
  for (let edits = 1 + random.below(3); edits > 0; edits -= 1) {
    const at = random.below(mutated.length + 1);
    const scrap = random.chance(50)
      ? Buffer.from(random.pick(SCRAPS), 'latin1')
      : random.chance(50)
        ? random.bytes(1)
        : mutated.subarray(at, at + random.below(60));
    const gone = random.chance(50) ? random.below(4) : 0;
    mutated = Buffer.concat([mutated.subarray(0, at), scrap, mutated.subarray(at + gone)]);
  }
  return mutated;
}

function cutsOf(random: Random, length: number): number[] {
  if (length < 800 && random.chance(6))
    return Array.from({ length: Math.max(0, length - 1) }, (_, i) => i + 1);
  const cuts = Array.from({ length: random.below(4) }, () => random.below(length + 1));
  return cuts.sort((a, b) => a - b);
}
