import type { GatewayReason } from '../errors.ts';
import { LONGEST_CHUNK_LINE, readChunkLine } from '../http/chunk-line.ts';
import { HEAD_END, readTrailers } from '../http/fields.ts';
import { headText } from '../http/head-text.ts';
import { speaksOfFraming } from './framing.ts';
import { type RequestHead, readRequestHead, readRequestLine } from './request-head.ts';

/** What a client sent is no request: nothing that it sent, or sends, behind it can be read. */
export class RequestFault extends Error {
  readonly reason: GatewayReason;

  constructor(reason: GatewayReason) {
    super(reason);
    this.reason = reason;
  }
}

/** Most field lines of a head: each costs more than its bytes, here and at whatever is behind us. */
const MOST_FIELDS = 1000;
/** Longest trailers of a chunked body, in bytes. They are not passed on. */
const LONGEST_TRAILERS = 16 * 1024;
/** Chunks are joined until they are this long, so that many small ones cost no more than their bytes. */
const ENOUGH_JOINED = 16 * 1024;
/** Least memory that is taken for bytes that wait for others. */
const LEAST_GROWTH = 1024;
const CR = 13;
const LF = 10;
const TAB = 9;
const SPACE = 32;
const NOTHING = Buffer.alloc(0);

type State =
  /** Between requests, or within a head. */
  | 'head'
  /** As many bytes as are left. */
  | 'length'
  | 'chunk-line'
  | 'chunk'
  | 'chunk-end'
  | 'trailers';

/**
 * Reads requests of HTTP/1.1 from the bytes of a connection, strictly, one after the other and only as far as it is asked to:
 * what comes behind waits here.
 */
export class RequestReader {
  readonly #maxHead: number;
  #bytes: Buffer = NOTHING;
  /** What has come and was not read yet lies between these two. */
  #at = 0;
  #end = 0;
  /** So many of the unread bytes hold no end of a head, and may become one. */
  #examined = 0;
  /** They begin with a request line. */
  #hasRequestLine = false;
  #state: State = 'head';
  #left = 0;

  /** @param maxHead longest head, in bytes */
  constructor(maxHead: number) {
    this.#maxHead = maxHead;
  }

  /** How many bytes have come and were not read yet. */
  get unread(): number {
    return this.#end - this.#at;
  }

  /** Whether the last request has been read to its end. */
  get complete(): boolean {
    return this.#state === 'head';
  }

  /** @param bytes what has come; it belongs to the reader from now on */
  feed(bytes: Buffer): void {
    const { unread } = this;
    if (unread === 0) {
      this.#bytes = bytes;
      this.#at = 0;
      this.#end = bytes.length;
      return;
    }
    if (this.#end + bytes.length > this.#bytes.length) this.#grow(unread + bytes.length);
    this.#end += bytes.copy(this.#bytes, this.#end);
  }

  /**
   * The head of the next request. To be called when the one before is complete.
   *
   * @returns undefined when more bytes are needed
   * @throws RequestFault
   */
  readHead(): RequestHead | undefined {
    this.#skipEmptyLines();
    const from = this.#at;
    if (from === this.#end) return undefined;
    const end = this.#indexOf(HEAD_END, from + Math.max(0, this.#examined - HEAD_END.length));
    const length = (end === -1 ? this.#end : end + HEAD_END.length) - from;
    if (length > this.#maxHead) throw new RequestFault('head_too_large');
    if (end === -1) {
      this.#examineBeginning();
      return undefined;
    }
    const text = headText(this.#bytes, from, end + 2);
    const head = text === undefined ? undefined : readRequestHead(text);
    if (head === undefined) throw new RequestFault('head_malformed');
    if (head.fields.length > 2 * MOST_FIELDS) throw new RequestFault('head_too_large');
    this.#at = from + length;
    this.#expectHead();
    this.#expectBody(head);
    return head;
  }

  /**
   * The next part of the request's body.
   *
   * @returns undefined when the body is complete, or more bytes are needed
   * @throws RequestFault
   */
  readBody(): Buffer | undefined {
    if (this.#state === 'head' || this.unread === 0) return undefined;
    return this.#state === 'length' ? this.#readPart() : this.#readChunks();
  }

  /** Twice what is needed now: bytes that come one by one are not copied for each. What was given away stays as it is. */
  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(LEAST_GROWTH, 2 * needed));
    this.#end = this.#bytes.copy(larger, 0, this.#at, this.#end);
    this.#at = 0;
    this.#bytes = larger;
  }

  #indexOf(wanted: Buffer | number, from: number): number {
    const at = this.#bytes.indexOf(wanted, from);
    const length = typeof wanted === 'number' ? 1 : wanted.length;
    return at + length > this.#end ? -1 : at;
  }

  /** A server ought to pass over an empty line before a request (RFC 9112 section 2.2). */
  #skipEmptyLines(): void {
    while (this.unread >= 2 && this.#bytes[this.#at] === CR && this.#bytes[this.#at + 1] === LF) {
      this.#at += 2;
      this.#expectHead();
    }
  }

  /**
   * What can become no head need not be waited for: a line that is none, or bytes of another protocol.
   *
   * @throws RequestFault
   */
  #examineBeginning(): void {
    const last = this.#at + this.#examined - 1;
    // A CR at the end of what was examined may have got its LF.
    const fresh = this.#examined > 0 && this.#bytes[last] === CR ? last : last + 1;
    const text = this.#bytes.toString('latin1', fresh, this.#end);
    if (!mayStandInHead(text)) throw new RequestFault('head_malformed');
    if (!this.#hasRequestLine && text.includes('\r\n')) {
      const line = readRequestLine(this.#bytes.toString('latin1', this.#at, this.#end));
      if (line === undefined) throw new RequestFault('head_malformed');
      this.#hasRequestLine = true;
    }
    this.#examined = this.unread;
  }

  #expectHead(): void {
    this.#examined = 0;
    this.#hasRequestLine = false;
  }

  #expectBody({ framing: { fault, length } }: RequestHead): void {
    if (length === 0) return;
    this.#left = length;
    // Where the body of a request ends that must be refused, nobody can say: there is nothing behind it.
    if (fault !== undefined) this.#left = Number.POSITIVE_INFINITY;
    this.#state = fault === undefined && length < 0 ? 'chunk-line' : 'length';
  }

  #readPart(): Buffer {
    const end = Math.min(this.#end, this.#at + this.#left);
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    this.#left -= part.length;
    if (this.#left === 0) this.#state = this.#state === 'chunk' ? 'chunk-end' : 'head';
    return part;
  }

  #readChunks(): Buffer | undefined {
    const parts: Buffer[] = [];
    let length = 0;
    while (length < ENOUGH_JOINED && this.#findChunk(parts.length > 0)) {
      const part = this.#readPart();
      parts.push(part);
      length += part.length;
    }
    return parts.length < 2 ? parts[0] : Buffer.concat(parts, length);
  }

  /**
   * @param lenient what is wrong is told when the next part is asked for
   * @returns whether bytes of a chunk come next
   * @throws RequestFault
   */
  #findChunk(lenient: boolean): boolean {
    try {
      while (this.unread > 0) {
        if (this.#state === 'chunk') return true;
        if (this.#state === 'head' || !this.#readBetween()) return false;
      }
      return false;
    } catch (error) {
      if (lenient) return false;
      throw error;
    }
  }

  /** @returns false when more bytes are needed */
  #readBetween(): boolean {
    if (this.#state === 'chunk-line') return this.#readChunkLine();
    return this.#state === 'chunk-end' ? this.#readChunkEnd() : this.#readTrailers();
  }

  #readChunkLine(): boolean {
    const end = this.#indexOf(LF, this.#at);
    const length = (end === -1 ? this.#end : end + 1) - this.#at;
    if (length > LONGEST_CHUNK_LINE) throw new RequestFault('body_malformed');
    const line = this.#bytes.toString('latin1', this.#at, this.#at + length);
    if (end === -1) {
      assertMayBecomeLine(line);
      return false;
    }
    const size = line.endsWith('\r\n') ? readChunkLine(line.slice(0, -2)) : undefined;
    if (size === undefined) throw new RequestFault('body_malformed');
    this.#at = end + 1;
    this.#left = size;
    this.#state = size === 0 ? 'trailers' : 'chunk';
    return true;
  }

  #readChunkEnd(): boolean {
    const text = this.#bytes.toString('latin1', this.#at, Math.min(this.#end, this.#at + 2));
    if (!'\r\n'.startsWith(text)) throw new RequestFault('body_malformed');
    if (text.length < 2) return false;
    this.#at += 2;
    this.#state = 'chunk-line';
    return true;
  }

  #readTrailers(): boolean {
    const from = this.#at;
    const none = this.unread >= 2 && this.#bytes[from] === CR && this.#bytes[from + 1] === LF;
    const end = none ? from - 2 : this.#indexOf(HEAD_END, from);
    const length = (end === -1 ? this.#end : end + HEAD_END.length) - from;
    if (length > LONGEST_TRAILERS) throw new RequestFault('body_malformed');
    if (end === -1) return false;
    // They are dropped; but what is no trailer shows that something is wrong with where the body ends.
    const trailers = readTrailers(this.#bytes, from, end + 2);
    if (trailers === undefined || speaksOfFraming(trailers)) throw new RequestFault('body_malformed');
    this.#at = from + length;
    this.#state = 'head';
    return true;
  }
}

/** Whether no line ends otherwise than in CR LF, and no control character is there; a CR at the end may wait for its LF. */
function mayStandInHead(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= SPACE || code === TAB) continue;
    if (code === CR && at + 1 === text.length) return true;
    if (code !== CR || text.charCodeAt(at + 1) !== LF) return false;
    at += 1;
  }
  return true;
}

/** Hexadecimal digits begin the line of a chunk. */
function assertMayBecomeLine(line: string): void {
  if (!/^[0-9A-Fa-f]{1,8}(?:[;\r]|$)/.test(line)) throw new RequestFault('body_malformed');
}
