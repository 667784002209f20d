/**
 * The parts of RFC 9112 that requests and responses share, as regular expressions over Latin-1 text. It is our own
 * reading of the RFC and shares no code with the gateway or with Node's parser: that is what makes it a judge of both.
 */

/** One field line: a token, no space before the colon, no control characters but tabs in the value, CRLF. */
const FIELD =
  /([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*((?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)[ \t]*\r\n/y;
/** The line before a chunk: its size (zeros may lead it), extensions without control characters, CRLF. */
const CHUNK = /(0*[0-9A-Fa-f]{1,16})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?\r\n/y;

export type Fields = readonly (readonly [name: string, value: string])[];

/** `end` is where the parser stands; `whole` false with `malformed` false means that more bytes could complete it. */
export interface Part<T> {
  readonly value: T;
  readonly end: number;
  readonly whole: boolean;
  readonly malformed: boolean;
}

/** Matches `pattern` exactly at `at`. */
export function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Field lines and the empty line after them. Names come in lower case. */
export function readFields(text: string, start: number): Part<Fields> {
  const value: [string, string][] = [];
  let end = start;
  for (;;) {
    if (text.startsWith('\r\n', end)) return { value, end: end + 2, whole: true, malformed: false };
    const line = matchAt(FIELD, text, end);
    if (line === null) return { value, end, whole: false, malformed: !isUnfinishedLine(text, end) };
    const [all, name = '', content = ''] = line;
    value.push([name.toLowerCase(), content]);
    end += all.length;
  }
}

/** Whether the line at `at` has no end yet, so that nothing can be said of it. */
export function isUnfinishedLine(text: string, at: number): boolean {
  return !text.includes('\n', at);
}

/** A body of a known length. */
export function readSized(text: string, start: number, length: number): Part<string> {
  const value = text.slice(start, start + length);
  return { value, end: start + value.length, whole: value.length === length, malformed: false };
}

/** A chunked body with its trailers. What it held so far also where it is cut off or malformed. */
export function readChunked(text: string, start: number): Part<string> {
  let value = '';
  let end = start;
  for (;;) {
    const line = matchAt(CHUNK, text, end);
    if (line === null) return { value, end, whole: false, malformed: !isUnfinishedLine(text, end) };
    const size = Number.parseInt(line[1] ?? '', 16);
    end += line[0].length;
    if (size === 0) return { ...readFields(text, end), value };
    const data = readSized(text, end, size);
    value += data.value;
    end = data.end;
    const after = text.slice(end, end + 2);
    if (after !== '\r\n') return { value, end, whole: false, malformed: !'\r\n'.startsWith(after) };
    end += 2;
  }
}

export function valuesOf(fields: Fields, wanted: string): string[] {
  return fields.filter(([name]) => name === wanted).map(([, value]) => value);
}

/** The members of a comma-separated list field, in lower case. */
export function listOf(fields: Fields, name: string): string[] {
  return valuesOf(fields, name).flatMap((value) => value.split(',').map((item) => item.trim().toLowerCase()));
}
