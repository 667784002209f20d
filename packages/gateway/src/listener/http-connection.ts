import type { Socket } from 'node:net';
import type { GatewayReason } from '../errors.ts';
import { atEndOfTurn } from '../http/end-of-turn.ts';
import { type BodySource, HttpRequest } from './http-request.ts';
import { HttpResponse, type ResponseChannel } from './http-response.ts';
import { LeavingResponses } from './leaving-responses.ts';
import type { Peer } from './peer.ts';
import { ReaderPace } from './reader-pace.ts';
import type { RequestHead } from './request-head.ts';
import { RequestFault, RequestReader } from './request-reader.ts';

/** What may wait, unread, behind the request that is being served. Bytes; beyond it the client has to wait. */
const MOST_WAITING = 64 * 1024;
/** What Node reads of a socket at a time, at most: behind that there is more in the same turn, or the end. Bytes. */
const FULL_READ = 64 * 1024;
/** How many of the requests that wait are still recorded when their client goes away. */
const MOST_RECORDED = 100;

export interface ConnectionOptions {
  /** Longest head of a request, in bytes. */
  readonly maxHead: number;
  readonly onRequest: (request: HttpRequest, response: HttpResponse) => void;
  /** To answer what never became a request: its head was malformed, too large or too slow. */
  readonly onBrokenHead: (reason: GatewayReason, peer: Peer, response: HttpResponse) => void;
}

/** How long a connection is waited for, in milliseconds. */
export interface Patience {
  /** For a head to be complete. */
  readonly head: number;
  /** For a next request. */
  readonly unused: number;
  /** For the client to take some of what waits for it. */
  readonly stalled: number;
}

/**
 * One connection of a client (RFC 9112 section 9). Its requests are served one after the other: what comes behind the one that
 * is being served waits as bytes, and from some length on its client has to wait with it.
 */
export class HttpConnection implements BodySource, ResponseChannel {
  readonly peer: Peer;
  readonly socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #reader: RequestReader;
  /** The request that is being served: its response has not ended, or its body is not complete. */
  #request: HttpRequest | undefined;
  #response: HttpResponse | undefined;
  readonly #leaving: LeavingResponses;
  readonly #readerPace: ReaderPace;
  /** What the client sends from now on is not acted on (RFC 9112 section 9.6). */
  #over = false;
  #reading = false;
  /** What has come in this turn is read at its end. */
  #willRead = false;
  #paused = false;
  /** The client sends nothing more. */
  #ended = false;
  #gone = false;
  /** `performance.now()` since when a head is waited for: the first from the beginning, others once something of them has come. */
  #headSince: number | undefined = performance.now();

  constructor(socket: Socket, peer: Peer, options: ConnectionOptions) {
    this.socket = socket;
    this.peer = peer;
    this.#options = options;
    this.#reader = new RequestReader(options.maxHead);
    this.#leaving = new LeavingResponses(socket);
    this.#readerPace = new ReaderPace(socket);
    socket
      .on('data', (bytes: Buffer) => this.#onData(bytes))
      .on('drain', () => this.#onDrain())
      .on('end', () => this.#onEnd())
      .on('error', () => {}) // it is told as the end of the connection
      .on('close', () => this.#onClose());
  }

  get gone(): boolean {
    return this.#gone || this.socket.destroyed;
  }

  /** Ends it when its client makes it wait for too long. To be called every second or so. */
  check(now: number, patience: Patience): void {
    if (!this.#over && this.#headSince !== undefined && now - this.#headSince > patience.head) {
      this.#refuse('head_timeout');
    } else if (now - (this.#leaving.lastLeft ?? now) > patience.unused) {
      this.closeWhenIdle();
    }
    if (this.#readerPace.stalledFor(now) > patience.stalled) this.socket.destroy();
  }

  /** Closes the connection unless a request is being served, or has begun to come. */
  closeWhenIdle(): void {
    if (this.#serves || !this.#leaving.empty || this.#reader.unread > 0) return;
    this.#closeSoon();
  }

  onFlowChange(request: HttpRequest): void {
    if (request.flows && request === this.#request) this.#readBody(request);
    this.#throttle();
    if (!this.#reading && request === this.#request && request.complete) this.#readLater();
  }

  readonly onReleased = (): void => this.#leaving.onReleased();

  onResponseEnded(response: HttpResponse): void {
    this.#leaving.add(response);
    if (!response.keepAlive) {
      this.#closeSoon();
      return;
    }
    this.#request?.discard();
    if (!this.#reading) this.#readLater();
  }

  /** Whether a request is being served that has not got all of its response. */
  get #serves(): boolean {
    return this.#response?.ended === false;
  }

  #onData(bytes: Buffer): void {
    // Where a turn brings several pieces, as of a body, none has to be copied behind another.
    if (this.#willRead) this.#read();
    if (!this.#actsOnMore) return;
    this.#reader.feed(bytes);
    if (this.#willRead || this.#request !== undefined || bytes.length >= FULL_READ) this.#read();
    else {
      this.#willRead = true;
      atEndOfTurn(this.#readAtEndOfTurn);
    }
  }

  readonly #readAtEndOfTurn = (): void => {
    this.#willRead = false;
    this.#read();
  };

  /** In a turn of its own, which nobody above it waits for. */
  #readLater(): void {
    if (this.#reader.unread > 0) process.nextTick(this.#readOn);
    else this.#settle();
  }

  readonly #readOn = (): void => this.#read();

  /** Serves what has come, as far as it may be. */
  #read(): void {
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (this.#readNext());
    } catch (error) {
      if (!(error instanceof RequestFault)) throw error;
      this.#refuse(error.reason);
    } finally {
      this.#reading = false;
    }
    this.#throttle();
    if (this.#ended && this.#awaitsHead) this.#end();
  }

  /** @returns false when there is nothing to be done before more bytes come, or something else happens */
  #readNext(): boolean {
    if (this.#request !== undefined) {
      if (this.#request.flows) this.#readBody(this.#request);
      if (!this.#settle()) return false;
    }
    if (!this.#awaitsHead) return false;
    const head = this.#reader.readHead();
    if (head === undefined) {
      if (this.#reader.unread > 0) this.#headSince ??= performance.now();
      else if (this.#leaving.lastLeft !== undefined) this.#headSince = undefined;
      return false;
    }
    this.#serve(head);
    return true;
  }

  #serve(head: RequestHead): void {
    this.#headSince = undefined;
    const request = new HttpRequest(head, this.peer, this);
    const { method, minorVersion } = head;
    const response = new HttpResponse(this, { method, minorVersion, keepAlive: head.framing.persists });
    this.#request = request;
    this.#response = response;
    if (!head.framing.persists) this.#over = true;
    this.#options.onRequest(request, response);
  }

  #readBody(request: HttpRequest): void {
    try {
      while (request.flows) {
        const part = this.#reader.readBody();
        if (part !== undefined) request.onBody(part);
        else {
          if (this.#reader.complete) request.onEnd();
          return;
        }
      }
    } catch (error) {
      if (!(error instanceof RequestFault)) throw error;
      this.#over = true;
      request.onMalformed();
      // Nobody else can end what was answered before its body broke.
      if (!this.#serves) this.#closeSoon();
    }
  }

  /**
   * Lets go of a request that is over.
   *
   * @returns whether another one may be served
   */
  #settle(): boolean {
    if (this.#request?.complete !== true || this.#serves) return false;
    this.#request = undefined;
    this.#response = undefined;
    return true;
  }

  /** Whether what comes now is the head of a next request. */
  get #awaitsHead(): boolean {
    const { destroyed, writableNeedDrain } = this.socket;
    return this.#request === undefined && !this.#over && !destroyed && !writableNeedDrain;
  }

  /** Whether what the client sends may be of use. Otherwise it is dropped, since the end of the connection comes behind it. */
  get #actsOnMore(): boolean {
    return !this.#over || this.#request?.complete === false;
  }

  /** Reads from the socket what there is a use for, and a little more, since the end of the connection is seen only by reading. */
  #throttle(): void {
    const { unread } = this.#reader;
    const isTooMuch = unread > MOST_WAITING && this.#actsOnMore && !this.#awaitsHead;
    const pause = isTooMuch || (unread > 0 && this.#holdsBody);
    if (pause === this.#paused || this.socket.destroyed) return;
    this.#paused = pause;
    if (pause) this.socket.pause();
    else this.socket.resume();
  }

  /** Whether the bytes that come now are those of a body that nobody takes. */
  get #holdsBody(): boolean {
    return this.#request?.complete === false && !this.#request.flows;
  }

  #refuse(reason: GatewayReason): void {
    this.#headSince = undefined;
    this.#over = true;
    const response = new HttpResponse(this, { method: '', minorVersion: 1, keepAlive: false });
    this.#options.onBrokenHead(reason, this.peer, response);
  }

  #onDrain(): void {
    const { onDrain } = this.#response ?? {};
    if (this.#response !== undefined) this.#response.onDrain = undefined;
    onDrain?.();
    this.#read();
  }

  /** The client sends nothing more. Who does that before it has its response is taken for gone. */
  #onEnd(): void {
    this.#read(); // what came in the same turn
    this.#ended = true;
    this.#settle();
    if (this.#request === undefined) this.#read();
    else this.#abort(performance.now());
  }

  /** No request that is whole waits any more. */
  #end(): void {
    if (this.#reader.unread > 0) this.#refuse('head_malformed');
    else this.#closeSoon();
  }

  /** What was handed to the socket leaves before it ends. */
  #closeSoon(): void {
    this.#over = true;
    this.socket.destroySoon();
  }

  #onClose(): void {
    const now = performance.now();
    this.#leaving.onClose(now);
    this.#abort(now);
  }

  /** The client is gone, and with it what it asked for. */
  #abort(now: number): void {
    if (this.#gone) return;
    this.#gone = true;
    const [request, response] = [this.#request, this.#response];
    if (request?.complete === false) request.onAborted();
    if (response?.ended === false) response.close(false, now);
    if (request?.complete !== false && response?.keepAlive !== false) this.#recordWaiting(now);
    this.#closeSoon();
  }

  /** The requests that came whole behind the one that was served are gone with it, and told so. */
  #recordWaiting(now: number): void {
    try {
      for (let n = 0; n < MOST_RECORDED && !this.#over; n += 1) {
        const head = this.#reader.readHead();
        if (head === undefined) return;
        this.#serve(head);
        if (this.#response?.keepAlive === false) this.#over = true;
        this.#response?.close(false, now);
        while (this.#reader.readBody() !== undefined);
        if (!this.#reader.complete) return;
      }
    } catch (error) {
      if (!(error instanceof RequestFault)) throw error;
    }
  }
}
