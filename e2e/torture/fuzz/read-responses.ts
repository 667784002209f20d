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

const STATUS_LINE = /HTTP\/1\.1 (\d{3}) ([\t\x20-\x7e]*)\r\n/y;

export interface ReadResponse {
  readonly status: number;
  readonly fields: Fields;
  /** Latin-1; what was there of it where `complete` is false. */
  readonly body: string;
  readonly complete: boolean;
}

/** What a client got on one connection, read strictly. */
export interface ReadAnswers {
  /** Final responses, in order; only the last can be incomplete. */
  readonly responses: readonly ReadResponse[];
  readonly informational: readonly ReadResponse[];
  /** Bytes that no HTTP/1.1 client could read. */
  readonly malformed: boolean;
}

/**
 * Reads the responses to requests with these methods. A response beyond them is read as one to GET.
 *
 * @param closed whether the connection has ended, which may end a body
 */
export function readResponses(bytes: string, methods: readonly string[], closed: boolean): ReadAnswers {
  const responses: ReadResponse[] = [];
  const informational: ReadResponse[] = [];
  let at = 0;
  while (at < bytes.length) {
    const next = readResponse(bytes, at, methods[responses.length] ?? 'GET', closed);
    const { value } = next;
    if (value !== undefined) (value.status < 200 ? informational : responses).push(value);
    if (!next.whole || next.malformed) return { responses, informational, malformed: next.malformed };
    at = next.end;
  }
  return { responses, informational, malformed: false };
}

function readResponse(
  text: string,
  at: number,
  method: string,
  closed: boolean,
): Part<ReadResponse | undefined> {
  const line = matchAt(STATUS_LINE, text, at);
  if (line === null) {
    return { value: undefined, end: at, whole: false, malformed: !isUnfinishedLine(text, at) };
  }
  const [all, status = ''] = line;
  const head = readFields(text, at + all.length);
  if (!head.whole) return { ...head, value: undefined };
  const body = readBody(text, head.end, { status: Number(status), fields: head.value, method, closed });
  const complete = body.whole && !body.malformed;
  return { ...body, value: { status: Number(status), fields: head.value, body: body.value, complete } };
}

function readBody(
  text: string,
  at: number,
  response: { status: number; fields: Fields; method: string; closed: boolean },
): Part<string> {
  const { status, fields, method, closed } = response;
  const lengths = valuesOf(fields, 'content-length');
  const codings = valuesOf(fields, 'transfer-encoding');
  const nothing = { value: '', end: at, whole: true, malformed: false };
  if (lengths.length + codings.length > 1) return { ...nothing, malformed: true };
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return nothing;
  const [length] = lengths;
  if (length !== undefined) {
    return /^\d{1,15}$/.test(length) ? readSized(text, at, Number(length)) : { ...nothing, malformed: true };
  }
  if (codings.length === 0) {
    // Only the end of the connection ends it, so the connection must have been announced to end.
    const malformed = !listOf(fields, 'connection').includes('close');
    return { value: text.slice(at), end: text.length, whole: closed, malformed };
  }
  return codings[0] === 'chunked' ? readChunked(text, at) : { ...nothing, malformed: true };
}
