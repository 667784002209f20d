import type { UpstreamErrorCode } from '../errors.ts';
import { readContentLength } from '../http/content-length.ts';
import { type Fields, readFields } from '../http/fields.ts';
import type { HeadText } from '../http/head-text.ts';
import { UpstreamError } from './upstream-error.ts';

/** The head of a response of an upstream (RFC 9112 section 4), interim or final. */
export interface ResponseHead {
  readonly status: number;
  /** Empty when there is none. */
  readonly reason: string;
  /** In order. */
  readonly fields: Fields;
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

const CR = 13;
const SPACE = 32;
const ZERO = 48;

/**
 * Reads a response head. Anything that two readers could take in two ways is refused.
 *
 * @param text all lines but the empty one
 * @throws UpstreamError
 */
export function readResponseHead(text: HeadText): ResponseHead {
  if (!text.startsWith('HTTP/1.') || text.charCodeAt(8) !== SPACE) throw malformed();
  const minor = text.charCodeAt(7) - ZERO;
  const status = (digit(text, 9) * 10 + digit(text, 10)) * 10 + digit(text, 11);
  if ((minor !== 0 && minor !== 1) || !(status >= 100)) throw malformed();
  let at = 12;
  if (text.charCodeAt(at) === SPACE) at += 1;
  else if (text.charCodeAt(at) !== CR) throw malformed();
  const reasonEnd = text.indexOf('\r\n', at);
  const fields = readFields(text, reasonEnd + 2, text.length);
  if (fields === undefined) throw malformed();
  const framing = new Framing(minor);
  for (let i = 0; i < fields.length; i += 2) framing.note(fields[i] as string, fields[i + 1] as string);
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

function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - ZERO;
  return value >= 0 && value <= 9 ? value : Number.NaN;
}

function keepAliveTimeout(value: string): number | undefined {
  const [, seconds] = /(?:^|[,;\s])timeout\s*=\s*"?(\d{1,6})/i.exec(value) ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}

function malformed(): UpstreamError {
  return new UpstreamError('response_head_malformed');
}
