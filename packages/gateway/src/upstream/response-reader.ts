import { LONGEST_CHUNK_LINE, readChunkLine } from '../http/chunk-line.ts';
import { type Fields, HEAD_END, readTrailers } from '../http/fields.ts';
import { headText } from '../http/head-text.ts';
import { type ResponseHead, readResponseHead } from './response-head.ts';
import { UpstreamError } from './upstream-error.ts';

/** What is told of a response, in this order: informations, the head, parts of the body, the end. */
export interface ResponseSink {
  /** An interim response (RFC 9110 section 15.2). */
  onInformation(head: ResponseHead): void;
  onHead(head: ResponseHead): void;
  /** @param part its memory is used again only once the sink has done with it */
  onBody(part: Buffer): void;
  /**
   * @param rest the last part of the body, or all of it: bytes, or a text of which each character is a byte; may be empty
   */
  onEnd(rest: Buffer | string, trailers: Fields): void;
}

/** Longest head, and longest trailers, in bytes. */
const LONGEST_HEAD = 16 * 1024;
/** Most interim responses to one request. */
const MOST_INFORMATIONS = 16;
/** Reads of fewer bytes are copied out of the buffer. */
const SMALL_READ = 16 * 1024;
const CR = 13;
const LF = 10;
const NO_FIELDS: Fields = [];

type State =
  /** Nothing is expected. */
  | 'idle'
  | 'head'
  /** As many bytes as are left. */
  | 'length'
  /** All bytes up to the end of the connection. */
  | 'to-close'
  | 'chunk-line'
  | 'chunk'
  | 'chunk-end'
  | 'trailers';

/**
 * Reads responses of HTTP/1.1 from the bytes of a connection, strictly: whatever breaks the grammar, or could be framed in
 * two ways, is an {@link UpstreamError}, after which nothing more may be read from it.
 */
export class ResponseReader {
  readonly #sink: ResponseSink;
  #state: State = 'idle';
  #headRequest = false;
  #informations = 0;
  /** Text that is not complete yet: a head, the line of a chunk, trailers. */
  #pending = '';
  #left = 0;
  #persists = false;
  #keepAlive: number | undefined;

  constructor(sink: ResponseSink) {
    this.#sink = sink;
  }

  /** A request was sent, and its response is expected now. */
  expect(method: string): void {
    this.#state = 'head';
    this.#headRequest = method === 'HEAD';
    this.#informations = 0;
    this.#pending = '';
    this.#persists = false;
  }

  /** Whether the last response is complete, and another one may come on its connection. */
  get persists(): boolean {
    return this.#state === 'idle' && this.#persists;
  }

  /** How long the upstream keeps an unused connection, in seconds, as far as it says so. */
  get keepAlive(): number | undefined {
    return this.#keepAlive;
  }

  /** Whether anything of an expected response has come. */
  get begun(): boolean {
    return this.#state !== 'head' || this.#pending !== '' || this.#informations > 0;
  }

  /** Nothing of what still comes is told any more. */
  stop(): void {
    this.#state = 'idle';
    this.#persists = false;
  }

  /**
   * @param bytes its memory may be used again once this returns, unless it returns true
   * @param length how many of them are new
   * @returns whether parts of `bytes` were given to the sink
   * @throws UpstreamError
   */
  read(bytes: Buffer, length: number): boolean {
    let at = 0;
    let lent = false;
    while (at < length) {
      switch (this.#state) {
        case 'idle':
          // Nobody asked for this: what comes behind a response makes the connection unfit for another.
          this.#persists = false;
          return lent;
        case 'head':
          at = this.#readHead(bytes, at, length);
          break;
        case 'length':
        case 'chunk': {
          const end = Math.min(length, at + this.#left);
          this.#readBody(partOf(bytes, at, end, length), end < length);
          lent ||= !isSmall(length);
          at = end;
          break;
        }
        case 'to-close':
          this.#sink.onBody(partOf(bytes, at, length, length));
          return !isSmall(length);
        case 'chunk-line':
          at = this.#readChunkLine(bytes, at, length);
          break;
        case 'chunk-end':
          at = this.#readChunkEnd(bytes, at, length);
          break;
        case 'trailers':
          at = this.#readTrailers(bytes, at, length);
          break;
      }
    }
    return lent;
  }

  /**
   * The connection has ended.
   *
   * @throws UpstreamError when that leaves a response incomplete
   */
  end(): void {
    if (this.#state === 'to-close') this.#complete('', NO_FIELDS, false);
    else if (this.#state !== 'idle') throw new UpstreamError('connection_closed');
  }

  #readHead(bytes: Buffer, from: number, length: number): number {
    const before = this.#pending.length;
    const known = this.#withPending(bytes, from, length);
    const end = known.indexOf(HEAD_END);
    if (end === -1) {
      const text = known.toString('latin1');
      if (text.length >= LONGEST_HEAD) throw new UpstreamError('response_head_too_large');
      // What can become no head need not be waited for.
      if (hasBareLineFeed(text, before)) throw new UpstreamError('response_head_malformed');
      if (!text.startsWith('HTTP/1.') && !'HTTP/1.'.startsWith(text)) {
        throw new UpstreamError('response_head_malformed');
      }
      this.#pending = text;
      return length;
    }
    this.#pending = '';
    const text = headText(known, 0, end + 2);
    if (text === undefined) throw new UpstreamError('response_head_malformed');
    const head = readResponseHead(text);
    const at = from + end + HEAD_END.length - before;
    if (head.status < 200) {
      this.#inform(head);
      return at;
    }
    return at + this.#begin(head, bytes, at, length);
  }

  #inform(head: ResponseHead): void {
    this.#informations += 1;
    if (this.#informations > MOST_INFORMATIONS) throw new UpstreamError('response_head_malformed');
    // Neither a body nor the end of the connection can follow it.
    if (head.length !== -1 || head.chunked || !head.persists) throw new UpstreamError('response_framing');
    this.#sink.onInformation(head);
  }

  /**
   * @param at where the body begins
   * @returns how many bytes of the body were told
   */
  #begin(head: ResponseHead, bytes: Buffer, at: number, end: number): number {
    const { length } = head;
    const available = end - at;
    this.#keepAlive = head.keepAlive;
    this.#persists = head.persists;
    this.#sink.onHead(head);
    if (this.#state === 'idle') return 0; // stopped by who was told
    if (!this.#hasBody(head)) {
      // What must not be there may come all the same.
      if (head.status === 204 && (head.chunked || length > 0)) this.#persists = false;
      this.#complete('', NO_FIELDS, available > 0);
    } else if (head.chunked) {
      this.#state = 'chunk-line';
    } else if (length >= 0 && length <= Math.min(available, SMALL_READ)) {
      this.#complete(bytes.toString('latin1', at, at + length), NO_FIELDS, available > length);
      return length;
    } else if (length > 0) {
      this.#left = length;
      this.#state = 'length';
    } else {
      this.#persists = false;
      this.#state = 'to-close';
    }
    return 0;
  }

  /** Whether a body follows the head (RFC 9112 section 6.3). */
  #hasBody({ status }: ResponseHead): boolean {
    return !this.#headRequest && status !== 204 && status !== 304;
  }

  #readBody(part: Buffer, moreFollows: boolean): void {
    this.#left -= part.length;
    if (this.#left === 0 && this.#state === 'length') this.#complete(part, NO_FIELDS, moreFollows);
    else {
      if (this.#left === 0) this.#state = 'chunk-end';
      this.#sink.onBody(part);
    }
  }

  #readChunkLine(bytes: Buffer, from: number, length: number): number {
    const most = LONGEST_CHUNK_LINE - this.#pending.length;
    const slice = bytes.toString('latin1', from, Math.min(length, from + most));
    const lineEnd = slice.indexOf('\n');
    if (lineEnd === -1) {
      if (slice.length === most) throw chunkMalformed();
      this.#pending += slice;
      return length;
    }
    const text = this.#pending + slice.slice(0, lineEnd);
    const size = text.endsWith('\r') ? readChunkLine(text.slice(0, -1)) : undefined;
    if (size === undefined) throw chunkMalformed();
    this.#pending = '';
    this.#left = size;
    this.#state = this.#left === 0 ? 'trailers' : 'chunk';
    return from + lineEnd + 1;
  }

  #readChunkEnd(bytes: Buffer, from: number, length: number): number {
    const end = Math.min(length, from + 2 - this.#pending.length);
    this.#pending += bytes.toString('latin1', from, end);
    if (!'\r\n'.startsWith(this.#pending)) throw chunkMalformed();
    if (this.#pending.length === 2) {
      this.#pending = '';
      this.#state = 'chunk-line';
    }
    return end;
  }

  #readTrailers(bytes: Buffer, from: number, length: number): number {
    const before = this.#pending.length;
    const known = this.#withPending(bytes, from, length);
    const none = known[0] === CR && known[1] === LF;
    const end = none ? -2 : known.indexOf(HEAD_END);
    if (end === -1) {
      if (known.length >= LONGEST_HEAD) throw new UpstreamError('response_head_too_large');
      this.#pending = known.toString('latin1');
      return length;
    }
    this.#pending = '';
    const at = from + end + HEAD_END.length - before;
    const trailers = none ? NO_FIELDS : readTrailers(known, 0, end + 2);
    if (trailers === undefined) throw new UpstreamError('response_head_malformed');
    this.#complete('', trailers, at < length);
    return at;
  }

  /** What waits for more together with what has come, as far as it may go. */
  #withPending(bytes: Buffer, from: number, length: number): Buffer {
    const fresh = bytes.subarray(from, Math.min(length, from + LONGEST_HEAD - this.#pending.length));
    return this.#pending === '' ? fresh : Buffer.concat([Buffer.from(this.#pending, 'latin1'), fresh]);
  }

  /** @param excess more bytes came than the response has */
  #complete(rest: Buffer | string, trailers: Fields, excess: boolean): void {
    this.#state = 'idle';
    if (excess) this.#persists = false;
    this.#sink.onEnd(rest, trailers);
  }
}

/** A part of what was read. Of a small read it is a copy: kept for a slow client, it would keep the whole buffer. */
function partOf(bytes: Buffer, from: number, to: number, length: number): Buffer {
  const part = bytes.subarray(from, to);
  return isSmall(length) ? Buffer.from(part) : part;
}

function isSmall(length: number): boolean {
  return length < SMALL_READ;
}

/** Whether a line ends otherwise than in CR LF, at or behind `from`. */
function hasBareLineFeed(text: string, from: number): boolean {
  for (let at = text.indexOf('\n', from); at !== -1; at = text.indexOf('\n', at + 1)) {
    if (text[at - 1] !== '\r') return true;
  }
  return false;
}

function chunkMalformed(): UpstreamError {
  return new UpstreamError('response_chunk_malformed');
}
