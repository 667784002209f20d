import { type Fields, readFields } from '../http/fields.ts';
import type { HeadText } from '../http/head-text.ts';
import { type Framing, readFraming } from './framing.ts';

/** The head of a request (RFC 9112 section 3). */
export interface RequestHead {
  readonly method: string;
  /** As it came: visible ASCII. */
  readonly target: string;
  /** Of HTTP/1. */
  readonly minorVersion: 0 | 1;
  /** In order. */
  readonly fields: Fields;
  readonly framing: Framing;
}

/** Those that Node's parser knows: the registry of RFC 9110 section 16.1, nearly. Others are no requests to us. */
const METHODS: ReadonlySet<string> = new Set(
  (
    'ACL BIND CHECKOUT CONNECT COPY DELETE GET HEAD LINK LOCK M-SEARCH MERGE MKACTIVITY MKCALENDAR MKCOL MOVE NOTIFY OPTIONS ' +
    'PATCH POST PROPFIND PROPPATCH PURGE PUT QUERY REBIND REPORT SEARCH SOURCE SUBSCRIBE TRACE UNBIND UNLINK UNLOCK UNSUBSCRIBE'
  ).split(' '),
);

const HOST = "[A-Za-z0-9._~!$&'()*+,;=:%[\\]-]+";
const AUTHORITY = `(?:${HOST}@)?${HOST}`;
const AUTHORITY_FORM = new RegExp(`^${AUTHORITY}$`);
const ABSOLUTE_FORM = new RegExp(`^[A-Za-z]+://${AUTHORITY}(?:[/?]|$)`);
const VERSION_LENGTH = ' HTTP/1.1\r\n'.length;
const SPACE = 32;
const SLASH = 47;
const DELETE = 127;

/**
 * Reads a request head. Anything that two readers could take in two ways is refused.
 *
 * @param text all lines but the empty one
 * @returns undefined when it breaks the grammar
 */
export function readRequestHead(text: HeadText): RequestHead | undefined {
  const line = readRequestLine(text);
  if (line === undefined) return undefined;
  const fields = readFields(text, line.end, text.length);
  if (fields === undefined) return undefined;
  const { method, target, minorVersion } = line;
  return { method, target, minorVersion, fields, framing: readFraming(fields, minorVersion) };
}

interface RequestLine {
  readonly method: string;
  readonly target: string;
  readonly minorVersion: 0 | 1;
  /** Where the field lines begin. */
  readonly end: number;
}

/** @returns undefined when there is none */
export function readRequestLine(text: string): RequestLine | undefined {
  const methodEnd = text.indexOf(' ');
  const method = methodOf(text, methodEnd);
  if (method === undefined) return undefined;
  let at = methodEnd + 1;
  // Some clients send more than one (RFC 9112 section 3).
  while (text.charCodeAt(at) === SPACE) at += 1;
  const targetAt = at;
  while (isVisible(text.charCodeAt(at))) at += 1;
  const target = text.slice(targetAt, at);
  if (!isTarget(method, target)) return undefined;
  const is11 = text.startsWith(' HTTP/1.1\r\n', at);
  if (!is11 && !text.startsWith(' HTTP/1.0\r\n', at)) return undefined;
  return { method, target, minorVersion: is11 ? 1 : 0, end: at + VERSION_LENGTH };
}

function methodOf(text: string, end: number): string | undefined {
  if (end === 3 && text.startsWith('GET')) return 'GET';
  const method = text.slice(0, Math.max(0, end));
  return METHODS.has(method) ? method : undefined;
}

/** One of the four forms of RFC 9112 section 3.2, by its beginning: what it is worth is for others to say. */
function isTarget(method: string, target: string): boolean {
  if (method === 'CONNECT') return AUTHORITY_FORM.test(target);
  return target.charCodeAt(0) === SLASH || target === '*' || ABSOLUTE_FORM.test(target);
}

function isVisible(code: number): boolean {
  return code > SPACE && code < DELETE;
}
