import {
  type Fields,
  isUnfinishedLine,
  listOf,
  matchAt,
  type Part,
  readChunked,
  readFields,
  readSized,
  valuesOf,
} from './grammar.ts';

/** Several spaces are one: RFC 9112 section 3 lets a server split at whitespace, and Node's parser does. */
const REQUEST_LINE = /([!#$%&'*+.^_`|~0-9A-Za-z-]+) +([\x21-\x7e\x80-\xff]+) +HTTP\/1\.([01])\r\n/y;

export interface ReadRequest {
  readonly method: string;
  readonly target: string;
  readonly fields: Fields;
  /** Latin-1; what was there of it where `complete` is false. */
  readonly body: string;
  /** The whole request was there and sound. */
  readonly complete: boolean;
}

/** What a stream of bytes from a client holds, read strictly. */
export interface ReadStream {
  /** All whose head is sound; incomplete are those that are cut off, malformed, or to be refused. */
  readonly requests: readonly ReadRequest[];
  /** How many bytes the complete ones take. */
  readonly consumed: number;
  /** Why nothing after them is a request: nothing is there, more bytes are needed, or no server may read on. */
  readonly rest: 'nothing' | 'unfinished' | 'over' | 'malformed';
}

/**
 * Reads requests as RFC 9112 delimits them. What leaves two ways to read it (both framings, two lengths, folded lines,
 * bare line feeds within a line) ends the reading: nothing behind it may be taken for a request.
 */
export function readRequests(bytes: Buffer): ReadStream {
  const text = bytes.toString('latin1');
  const requests: ReadRequest[] = [];
  let at = 0;
  for (;;) {
    while (text[at] === '\r' || text[at] === '\n') at += 1;
    if (at >= text.length) return { requests, consumed: at, rest: 'nothing' };
    const next = readRequest(text, at);
    if (next.value !== undefined) requests.push(next.value);
    if (next.malformed) return { requests, consumed: at, rest: 'malformed' };
    if (!next.whole) return { requests, consumed: at, rest: 'unfinished' };
    at = next.end;
    if (next.value === undefined || isLast(next.value)) return { requests, consumed: at, rest: 'over' };
  }
}

function readRequest(text: string, at: number): Part<(ReadRequest & { minor: string }) | undefined> {
  const line = matchAt(REQUEST_LINE, text, at);
  if (line === null) {
    return { value: undefined, end: at, whole: false, malformed: !isUnfinishedLine(text, at) };
  }
  const [all, method = '', target = '', minor = ''] = line;
  const head = readFields(text, at + all.length);
  if (!head.whole) return { ...head, value: undefined };
  const body = readBody(text, head.end, head.value, minor);
  if (body === undefined) return { ...head, value: undefined, malformed: true };
  const complete = body.whole && !body.malformed;
  return { ...body, value: { method, target, minor, fields: head.value, body: body.value, complete } };
}

/** Undefined when its framing is not one that all servers read alike. */
function readBody(text: string, at: number, fields: Fields, minor: string): Part<string> | undefined {
  const lengths = valuesOf(fields, 'content-length');
  const codings = valuesOf(fields, 'transfer-encoding');
  const [length = '0'] = lengths;
  if (lengths.length + codings.length > 1 || valuesOf(fields, 'host').length !== 1) return undefined;
  if (codings.length === 0)
    return /^\d{1,15}$/.test(length) ? readSized(text, at, Number(length)) : undefined;
  return minor === '1' && codings[0]?.toLowerCase() === 'chunked' ? readChunked(text, at) : undefined;
}

/** After these the client has said that no further request follows. */
function isLast({ method, fields, minor }: ReadRequest & { minor?: string }): boolean {
  const options = listOf(fields, 'connection');
  if (method === 'CONNECT' || options.includes('close')) return true;
  return minor === '0' && !options.includes('keep-alive');
}
