import { isIP, connect as openTcp, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { checkServerIdentity, connect as openTls } from 'node:tls';
import { holdWrites } from '../http/end-of-turn.ts';
import type { Fields } from '../http/fields.ts';
import type { UpstreamTls } from '../tls/upstream-tls.ts';
import { BodyUpload } from './body-upload.ts';
import { ReadBuffers } from './read-buffers.ts';
import type { ResponseHead } from './response-head.ts';
import { ResponseReader, type ResponseSink } from './response-reader.ts';
import { UpstreamError } from './upstream-error.ts';

/** Bodies up to this size leave together with their head, as one text. Bytes. */
const ONE_WRITE = 16 * 1024;
/** How long an unused connection is kept, unless the upstream announces less. Milliseconds. */
const KEEP_ALIVE = 15_000;
/** An upstream that announces how long it keeps connections may count from an earlier moment. Milliseconds. */
const KEEP_ALIVE_MARGIN = 1_000;
/** When the kernel first asks whether the other end of a silent connection is still there. Milliseconds. */
const PROBE_AFTER = 60_000;

export interface UpstreamRequest {
  readonly method: string;
  /** Request line and field lines, each with its line end; without the empty line that ends the head. */
  readonly head: string;
  readonly body: Buffer | Readable | null;
  /** The body is sent in chunks, as the head says. */
  readonly chunked: boolean;
  /** Milliseconds until the response must have begun. */
  readonly firstByteTimeout: number;
  /** Longest silence within the response. Milliseconds. */
  readonly idleTimeout: number;
}

/** Told of one response. After `onEnd`, `onUnreachable` or `onFailed` nothing more comes. */
export interface ResponseHandler extends ResponseSink {
  /** All that has come so far was told; the rest is waited for. */
  onWaiting(): void;
  /** Whether it has done with all parts of the body that it was told of, so that their memory may be used again. */
  readonly hasPassedOn: boolean;
  /** The connection could not be made: nothing of the request has left. */
  onUnreachable(error: Error): void;
  /**
   * No whole response will come; `error` is what the request's body ended with where that is why.
   *
   * @param begun whether anything of a response has come
   */
  onFailed(error: Error, begun: boolean): void;
}

/** Where connections lead, and how. */
export interface UpstreamAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: UpstreamTls | undefined;
  /** Milliseconds. */
  readonly connectTimeout: number;
  /** A TLS session to take up again, kept here by the connections. */
  session: Buffer | undefined;
}

/**
 * One connection to an upstream, which carries one request of HTTP/1.1 at a time. Anything irregular ends it: after bytes
 * that nobody asked for, or a response that could be read in two ways, it is never used again.
 */
export class UpstreamConnection implements ResponseSink {
  readonly #socket: Socket;
  readonly #reader = new ResponseReader(this);
  readonly #onUnusable: (connection: UpstreamConnection) => void;
  readonly #connecting: NodeJS.Timeout;
  #open = false;
  #ended = false;
  #responses = 0;
  readonly #buffers = new ReadBuffers();
  #request: UpstreamRequest | undefined;
  #handler: ResponseHandler | undefined;
  #upload: BodyUpload | undefined;
  #headSeen = false;
  #paused = false;
  /** Counts what happens; while it stands still, time runs against the upstream. */
  #progress = 0;
  #seenProgress = 0;
  /** `performance.now()` when `#progress` was last seen to have moved. */
  #since = 0;

  /** @param onUnusable told when it ends while no request is on it */
  constructor(address: UpstreamAddress, onUnusable: (connection: UpstreamConnection) => void) {
    this.#onUnusable = onUnusable;
    this.#socket = this.#connect(address);
    this.#connecting = setTimeout(
      () => this.#fail(new UpstreamError('connect_timeout')),
      address.connectTimeout,
    );
    this.#socket
      .on('error', (error) => this.#fail(error))
      .on('end', () => this.#onEndOfConnection())
      .on('close', () => this.#fail(new UpstreamError('connection_closed')));
  }

  /** Whether it has carried a response: then the upstream may have closed it meanwhile. */
  get used(): boolean {
    return this.#responses > 0;
  }

  /** Whether it can carry another request, as far as we know. */
  get reusable(): boolean {
    return this.#open && !this.#ended && this.#handler === undefined && this.#reader.persists;
  }

  /** @param now `performance.now()` */
  dispatch(request: UpstreamRequest, handler: ResponseHandler, now: number): void {
    this.#request = request;
    this.#handler = handler;
    this.#headSeen = false;
    this.#since = now;
    this.#reader.expect(request.method);
    if (request.body instanceof Readable) {
      this.#upload = new BodyUpload(this.#socket, request.body, {
        chunked: request.chunked,
        onProgress: () => {
          this.#progress += 1;
        },
        onError: (error) => this.#fail(error),
      });
    }
    if (this.#open) this.#send();
  }

  /** Who reads the response is not as fast as it comes. */
  pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#progress += 1;
    this.#socket.resume();
  }

  /** Ends it. Nobody is told. */
  destroy(): void {
    this.#ended = true;
    clearTimeout(this.#connecting);
    this.#handler = undefined;
    this.#reader.stop();
    this.#upload?.stop();
    this.#upload = undefined;
    this.#socket.destroy();
  }

  /** Ends it when the upstream has been silent, or it has been unused, for too long. To be called a few times a second. */
  check(now: number): void {
    const progressed = this.#progress !== this.#seenProgress;
    if (progressed || this.#paused || this.#upload?.waitsForClient === true) {
      this.#seenProgress = this.#progress;
      this.#since = now;
      return;
    }
    const silence = now - this.#since;
    if (this.#handler === undefined) {
      this.#buffers.reclaim();
      if (silence > this.#keptFor()) this.#fail(new UpstreamError('connection_closed'));
    } else if (this.#open && silence > this.#patience()) {
      this.#fail(new UpstreamError(this.#headSeen ? 'response_body_timeout' : 'response_head_timeout'));
    }
  }

  onInformation(head: ResponseHead): void {
    this.#handler?.onInformation(head);
  }

  onHead(head: ResponseHead): void {
    this.#headSeen = true;
    this.#handler?.onHead(head);
  }

  onBody(part: Buffer): void {
    this.#handler?.onBody(part);
  }

  onEnd(rest: Buffer | string, trailers: Fields): void {
    const handler = this.#handler;
    this.#handler = undefined;
    this.#request = undefined;
    this.#responses += 1;
    this.#progress += 1;
    // Who made it wait may be gone, and would leave the next one waiting.
    if (this.#paused) this.resume();
    if (this.#upload !== undefined) {
      // A request that is not sent to its end would run into the next one.
      if (!this.#upload.done) this.#reader.stop();
      this.#upload.stop();
      this.#upload = undefined;
    }
    if (this.#keptFor() <= 0) this.#reader.stop();
    handler?.onEnd(rest, trailers);
  }

  #connect(address: UpstreamAddress): Socket {
    const { host, port, tls } = address;
    const options = {
      host,
      port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: PROBE_AFTER,
      onread: { buffer: () => this.#buffers.current, callback: this.#onRead },
    };
    if (tls === undefined) return openTcp(options).on('connect', () => this.#onOpen());
    const name = tls.serverName ?? host;
    return openTls({
      ...options,
      ...tls.options,
      // The extension has no place for addresses (RFC 6066 section 3); certificates have.
      servername: isIP(name) === 0 ? name : '',
      checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
      ALPNProtocols: ['http/1.1'],
      ...(address.session !== undefined && { session: address.session }),
    })
      .on('secureConnect', () => this.#onOpen())
      .on('session', (fresh: Buffer) => {
        address.session = fresh;
      });
  }

  #onOpen(): void {
    clearTimeout(this.#connecting);
    this.#open = true;
    this.#progress += 1;
    if (this.#handler !== undefined) this.#send();
  }

  #send(): void {
    const request = this.#request;
    if (request === undefined) return;
    const { head, body } = request;
    holdWrites(this.#socket);
    if (body === null || body instanceof Readable) {
      this.#socket.write(`${head}\r\n`, 'latin1');
      this.#upload?.start();
    } else if (body.length <= ONE_WRITE) {
      this.#socket.write(`${head}\r\n${body.toString('latin1')}`, 'latin1');
    } else {
      this.#socket.write(`${head}\r\n`, 'latin1');
      this.#socket.write(body);
    }
  }

  readonly #onRead = (length: number, bytes: Uint8Array): boolean => {
    this.#progress += this.#headSeen ? 1 : 0;
    const handler = this.#handler;
    this.#buffers.reclaim();
    try {
      if (handler === undefined) this.#fail(new UpstreamError('response_framing'));
      else if (this.#reader.read(bytes as Buffer, length)) this.#buffers.lend(handler);
      this.#handler?.onWaiting();
    } catch (error) {
      this.#fail(error);
    }
    return true;
  };

  #onEndOfConnection(): void {
    try {
      if (this.#handler !== undefined) this.#reader.end();
      this.#fail(new UpstreamError('connection_closed'));
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(cause: unknown): void {
    if (this.#ended) return;
    const error = cause instanceof Error ? cause : new Error(String(cause));
    const handler = this.#handler;
    const { begun } = this.#reader;
    this.destroy();
    if (handler === undefined) this.#onUnusable(this);
    else if (this.#open) handler.onFailed(error, begun);
    else handler.onUnreachable(error);
  }

  #patience(): number {
    const { firstByteTimeout = 0, idleTimeout = 0 } = this.#request ?? {};
    return this.#headSeen ? idleTimeout : firstByteTimeout;
  }

  /** Milliseconds. */
  #keptFor(): number {
    const { keepAlive } = this.#reader;
    return keepAlive === undefined ? KEEP_ALIVE : Math.min(KEEP_ALIVE, keepAlive * 1000 - KEEP_ALIVE_MARGIN);
  }
}
