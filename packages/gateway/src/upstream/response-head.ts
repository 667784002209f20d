import type { UpstreamErrorCode } from '../errors.ts';
import { readContentLength } from '../http/content-length.ts';
import { UpstreamError } from './upstream-error.ts';

/** The head of a response of an upstream (RFC 9112 section 4), interim or final. */
export interface ResponseHead {
  readonly status: number;
  /** Empty when there is none. */
  readonly reason: string;
  /** Field lines in order: name in lower case, value, name, value. Each character of a value is one byte. */
  readonly fields: readonly string[];
  /** The declared length of the body in bytes; -1 when there is none declared. */
  readonly length: number;
  readonly chunked: boolean;
  /** Whether the connection may be used again (RFC 9112 section 9.3). */
  readonly persists: boolean;
  /** How long the upstream keeps an unused connection, in seconds, where it says so (`Keep-Alive: timeout=5`). */
  readonly keepAlive: number | undefined;
  /** The value of `Connection`, where it says more than that the connection stays or ends. */
  readonly connection: string | undefined;
  /** Whether trailers are announced. */
  readonly announcesTrailers: boolean;
}

/** Field lines: name in lower case, value, name, value. */
export type Fields = readonly string[];

const CR = 13;
const LF = 10;
const SPACE = 32;
const TAB = 9;
const COLON = 58;
const ZERO = 48;

const TOKEN_CHARACTERS = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** By character code: 1 where it may stand in a field name (RFC 9110 section 5.6.2). */
const NAME = table((code) => TOKEN_CHARACTERS.includes(String.fromCharCode(code)));
/** By character code: 1 where it may stand in a field value or a reason phrase (RFC 9110 section 5.5). */
const VALUE = table((code) => code === TAB || (code >= SPACE && code !== 127));

/**
 * Reads a response head. Anything that two readers could take in two ways is refused.
 *
 * @param text each character one byte; the empty line that ends the head begins at `end`
 * @throws UpstreamError
 */
export function readResponseHead(text: string, end: number): ResponseHead {
  if (!text.startsWith('HTTP/1.') || text.charCodeAt(8) !== SPACE) throw malformed();
  const minor = text.charCodeAt(7) - ZERO;
  const status = (digit(text, 9) * 10 + digit(text, 10)) * 10 + digit(text, 11);
  if ((minor !== 0 && minor !== 1) || !(status >= 100)) throw malformed();
  let at = 12;
  if (text.charCodeAt(at) === SPACE) at += 1;
  else if (text.charCodeAt(at) !== CR) throw malformed();
  const reasonEnd = endOfValue(text, at);
  const framing = new Framing(minor);
  const fields = readFields(text, reasonEnd + 2, end, framing);
  framing.check(status);
  return {
    status,
    reason: text.slice(at, reasonEnd),
    fields,
    length: framing.length,
    chunked: framing.chunked,
    persists: framing.persists,
    keepAlive: framing.keepAlive,
    connection: framing.connection,
    announcesTrailers: framing.announcesTrailers,
  };
}

/**
 * Reads field lines.
 *
 * @param end where the line end of the last one begins
 * @param framing told of those that say how the message is framed
 * @throws UpstreamError
 */
export function readFields(text: string, from: number, end: number, framing?: Framing): string[] {
  const fields: string[] = [];
  let at = from;
  while (at < end) {
    const start = at;
    while (NAME[text.charCodeAt(at)] === 1) at += 1;
    if (at === start || text.charCodeAt(at) !== COLON) throw malformed();
    const name = text.slice(start, at).toLowerCase();
    at += 1;
    while (isBlank(text.charCodeAt(at))) at += 1;
    const lineEnd = endOfValue(text, at);
    let valueEnd = lineEnd;
    while (valueEnd > at && isBlank(text.charCodeAt(valueEnd - 1))) valueEnd -= 1;
    const value = text.slice(at, valueEnd);
    fields.push(name, value);
    framing?.note(name, value);
    at = lineEnd + 2;
  }
  return fields;
}

/** What the fields say of the message's end and of its connection. */
class Framing {
  length = -1;
  chunked = false;
  keepAlive: number | undefined;
  connection: string | undefined;
  announcesTrailers = false;
  #keeps: boolean;
  #closes = false;
  readonly #minor: number;
  #fault: UpstreamErrorCode | undefined;

  constructor(minor: number) {
    this.#minor = minor;
    this.#keeps = minor === 1;
  }

  get persists(): boolean {
    return this.#keeps && !this.#closes;
  }

  note(name: string, value: string): void {
    switch (name) {
      case 'content-length':
        if (this.length !== -1) this.#fault = 'response_framing';
        this.length = readContentLength(value);
        break;
      case 'transfer-encoding':
        if (value.toLowerCase() !== 'chunked') this.#fault ??= 'response_coding';
        if (this.chunked) this.#fault ??= 'response_framing';
        this.chunked = true;
        break;
      case 'connection':
        this.#noteConnection(value.toLowerCase());
        break;
      case 'keep-alive':
        this.keepAlive = keepAliveTimeout(value);
        break;
      case 'trailer':
        this.announcesTrailers = true;
        break;
    }
  }

  /** @throws UpstreamError */
  check(status: number): void {
    if (this.chunked && (this.length !== -1 || this.#minor === 0)) this.#fault ??= 'response_framing';
    if (Number.isNaN(this.length)) this.#fault ??= 'response_framing';
    if (status === 101) this.#fault ??= 'response_switched';
    if (this.#fault !== undefined) throw new UpstreamError(this.#fault);
  }

  #noteConnection(value: string): void {
    if (value === 'keep-alive') this.#keeps = true;
    else if (value === 'close') this.#closes = true;
    else {
      for (const option of value.split(',')) {
        if (option.trim() === 'keep-alive') this.#keeps = true;
        if (option.trim() === 'close') this.#closes = true;
      }
      this.connection = this.connection === undefined ? value : `${this.connection},${value}`;
    }
  }
}

export type { Framing };

/** @returns where the line end begins */
function endOfValue(text: string, from: number): number {
  let at = from;
  while (VALUE[text.charCodeAt(at)] === 1) at += 1;
  if (text.charCodeAt(at) !== CR || text.charCodeAt(at + 1) !== LF) throw malformed();
  return at;
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - ZERO;
  return value >= 0 && value <= 9 ? value : Number.NaN;
}

function keepAliveTimeout(value: string): number | undefined {
  const [, seconds] = /(?:^|[,;\s])timeout\s*=\s*"?(\d{1,6})/i.exec(value) ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}

function table(holds: (code: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => (holds(code) ? 1 : 0));
}

function malformed(): UpstreamError {
  return new UpstreamError('response_head_malformed');
}
