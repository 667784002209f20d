import { type HeadText, headText } from './head-text.ts';

/** Field lines: name in lower case, value, name, value. Each character of a value is one byte. */
export type Fields = readonly string[];

/** The empty line that ends a head, with the line end before it. */
export const HEAD_END = Buffer.from('\r\n\r\n');

const SPACE = 32;
const TAB = 9;
const COLON = 58;
const DELETE = 127;

const TOKEN_CHARACTERS = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** By character code: 1 where it may stand in a field name (RFC 9110 section 5.6.2). */
const NAME = table((code) => TOKEN_CHARACTERS.includes(String.fromCharCode(code)));
/** By character code: 1 where it may stand in a field value (RFC 9110 section 5.5). */
const VALUE = table((code) => code === TAB || (code >= SPACE && code !== DELETE));

/**
 * Reads field lines (RFC 9112 section 5), strictly: no folded lines, no blanks before the colon.
 *
 * @param end where the line end of the last one begins
 * @returns undefined when they break the grammar
 */
export function readFields(text: HeadText, from: number, end: number): string[] | undefined {
  const fields: string[] = [];
  let at = from;
  while (at < end) {
    const start = at;
    while (NAME[text.charCodeAt(at)] === 1) at += 1;
    if (at === start || text.charCodeAt(at) !== COLON) return undefined;
    const name = text.slice(start, at).toLowerCase();
    at += 1;
    while (isBlank(text.charCodeAt(at))) at += 1;
    const lineEnd = text.indexOf('\r\n', at);
    let valueEnd = lineEnd;
    while (valueEnd > at && isBlank(text.charCodeAt(valueEnd - 1))) valueEnd -= 1;
    fields.push(name, text.slice(at, valueEnd));
    at = lineEnd + 2;
  }
  return fields;
}

/**
 * The fields behind a chunked body (RFC 9112 section 7.1.2).
 *
 * @param end behind the line end of the last one
 * @returns undefined when they break the grammar
 */
export function readTrailers(bytes: Buffer, from: number, end: number): Fields | undefined {
  const text = headText(bytes, from, end);
  return text === undefined ? undefined : readFields(text, 0, text.length);
}

/** The values of all lines with this name, in order. */
export function valuesOf(fields: Fields, name: string): string[] {
  const values: string[] = [];
  for (let i = 0; i < fields.length; i += 2) if (fields[i] === name) values.push(fields[i + 1] as string);
  return values;
}

/** Whether it can be written as the value of a field. */
export function isFieldValue(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (VALUE[text.charCodeAt(at)] !== 1) return false;
  return true;
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

function table(holds: (code: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => (holds(code) ? 1 : 0));
}
