import type { Socket } from 'node:net';
import { httpDate } from '../http/date.ts';
import { holdWrites } from '../http/end-of-turn.ts';
import { type Fields, isFieldValue } from '../http/fields.ts';

/** Told when a response is with the kernel, or never will be. */
export interface ResponseOwner {
  /** @param now `performance.now()` */
  onResponseClosed(now: number): void;
}

/** What a response has to do with the connection that it leaves on. */
export interface ResponseChannel {
  readonly socket: Socket;
  /** Nothing more that is written can arrive. */
  readonly gone: boolean;
  /** It has handed all of itself to the socket. */
  onResponseEnded(response: HttpResponse): void;
  /** What was held back of what the socket was handed has been handed on. */
  readonly onReleased: () => void;
}

const NO_FIELDS: Fields = [];

/** A response on its way to a client (RFC 9112 section 4). Its head leaves with the first of its body. */
export class HttpResponse {
  /** Whether another request may follow on the connection. Counts when the head is made. */
  keepAlive: boolean;
  owner: ResponseOwner | undefined;
  /** Called once, when what waited for a slow client has left. */
  onDrain: (() => void) | undefined;
  readonly #channel: ResponseChannel;
  readonly #toHead: boolean;
  readonly #minorVersion: 0 | 1;
  #status = 0;
  /** What is made of the head, until it leaves. */
  #head = '';
  #bodyAllowed = true;
  #chunked = false;
  #ended = false;
  #finished = false;
  #closed = false;

  constructor(
    channel: ResponseChannel,
    {
      method,
      minorVersion,
      keepAlive,
    }: { readonly method: string; readonly minorVersion: 0 | 1; readonly keepAlive: boolean },
  ) {
    this.#channel = channel;
    this.#toHead = method === 'HEAD';
    this.#minorVersion = minorVersion;
    this.keepAlive = keepAlive;
  }

  /** 0 as long as the response has not begun. */
  get status(): number {
    return this.#status;
  }

  /** Its head is made, and cannot be changed any more. */
  get begun(): boolean {
    return this.#status !== 0;
  }

  /** All of it was handed to the socket. */
  get ended(): boolean {
    return this.#ended;
  }

  /** All of it is with the kernel. */
  get finished(): boolean {
    return this.#finished;
  }

  /** It is finished, or its connection has gone: nothing that is written now can arrive. */
  get closed(): boolean {
    return this.#closed || this.#channel.gone;
  }

  /** Whether all that was written is with the kernel, or lost with its connection. */
  get hasPassedOn(): boolean {
    return this.closed || this.#channel.socket.writableLength === 0;
  }

  /**
   * Makes the head. The framing, `Date` and `Connection` are added here.
   *
   * @param phrase empty when there is none
   * @param fields name in lower case, value, name, value
   * @throws Error when a value cannot stand in a head; then nothing has changed
   */
  begin(status: number, phrase: string, fields: Fields): void {
    let head = `HTTP/1.1 ${status} ${phrase}\r\n${fieldLines(fields)}`;
    if (!names(fields, 'date')) head += `date: ${httpDate()}\r\n`;
    this.#status = status;
    this.#bodyAllowed = !this.#toHead && status !== 204 && status !== 304;
    if (this.#bodyAllowed && !names(fields, 'content-length')) {
      if (this.#minorVersion === 0) this.keepAlive = false;
      else this.#chunked = true;
    }
    if (this.#chunked) head += 'transfer-encoding: chunked\r\n';
    this.#head = `${head}connection: ${this.keepAlive ? 'keep-alive' : 'close'}\r\n\r\n`;
  }

  /**
   * An interim response (RFC 9110 section 15.2).
   *
   * @throws Error when a value cannot stand in a head
   */
  inform(status: number, phrase: string, fields: Fields): void {
    if (this.closed) return;
    const head = `HTTP/1.1 ${status} ${phrase}\r\n${fieldLines(fields)}\r\n`;
    this.#channel.socket.write(head, 'latin1');
  }

  /** The head leaves now, not with the first of the body. */
  flush(): void {
    if (this.closed || this.#head === '') return;
    this.#channel.socket.write(this.#takeHead(), 'latin1');
  }

  /** @returns false when the client is slower than what is written: `onDrain` will be called */
  write(part: Buffer): boolean {
    if (this.closed) return true;
    const { socket } = this.#channel;
    if (!this.#bodyAllowed || part.length === 0) {
      this.flush(); // an empty chunk would end the body
      return !socket.writableNeedDrain;
    }
    socket.cork();
    if (this.#chunked) {
      socket.write(`${this.#takeHead()}${part.length.toString(16)}\r\n`, 'latin1');
      socket.write(part);
      socket.write('\r\n', 'latin1');
    } else {
      this.flush();
      socket.write(part);
    }
    socket.uncork();
    return !socket.writableNeedDrain;
  }

  /**
   * @param rest the last part of the body, or all of it: bytes, or a text of which each character is a byte, which leaves in one
   * write with a head that waits; may be empty
   * @param trailers sent only where the body is chunked
   * @throws Error when a trailer's value cannot stand in a line
   */
  end(rest: Buffer | string, trailers: Fields = NO_FIELDS): void {
    if (this.closed || this.#ended) return;
    const [before, behind] = this.#chunked ? chunkAround(rest, trailers) : NO_CHUNK;
    this.#ended = true;
    const { socket, onReleased } = this.#channel;
    holdWrites(socket, onReleased);
    const head = this.#takeHead();
    if (!this.#bodyAllowed) writeText(socket, head);
    else if (typeof rest === 'string') writeText(socket, head + before + rest + behind);
    else {
      writeText(socket, head + before);
      socket.write(rest);
      writeText(socket, behind);
    }
    this.#channel.onResponseEnded(this);
  }

  /** Ends the connection, and with it the response, as it is. */
  destroy(): void {
    this.#channel.socket.destroy();
  }

  /**
   * Called by the connection, once.
   *
   * @param finished all of it is with the kernel; otherwise the connection has gone
   */
  close(finished: boolean, now: number): void {
    this.#closed = true;
    this.#finished = finished;
    this.onDrain = undefined;
    this.owner?.onResponseClosed(now);
  }

  #takeHead(): string {
    const head = this.#head;
    this.#head = '';
    return head;
  }
}

/** @throws Error at a value that would break out of its line */
function fieldLines(fields: Fields): string {
  let lines = '';
  for (let i = 0; i < fields.length; i += 2) {
    const value = fields[i + 1] as string;
    if (!isFieldValue(value)) throw new Error(`the field ${fields[i]} holds what cannot be sent`);
    lines += `${fields[i]}: ${value}\r\n`;
  }
  return lines;
}

function names(fields: Fields, name: string): boolean {
  for (let i = 0; i < fields.length; i += 2) if (fields[i] === name) return true;
  return false;
}

function writeText(socket: Socket, text: string): void {
  if (text !== '') socket.write(text, 'latin1');
}

const NO_CHUNK: readonly [string, string] = ['', ''];

/** What stands around the last part of a chunked body (RFC 9112 section 7.1), and ends it. */
function chunkAround(rest: Buffer | string, trailers: Fields): readonly [string, string] {
  const end = `0\r\n${fieldLines(trailers)}\r\n`;
  return rest.length === 0 ? ['', end] : [`${rest.length.toString(16)}\r\n`, `\r\n${end}`];
}
