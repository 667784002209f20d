import type { IncomingHttpHeaders } from 'node:http';
import type { Forward } from '@portcullis/guard';
import type { Exchange } from '../exchange/exchange.ts';
import { isReasonPhrase, mayHaveTrailers, responseFields, trailerFields } from './response-fields.ts';

/** Response bodies up to this size leave together with their head. Bytes. */
const ONE_WRITE = 16 * 1024;

/** What can be made to wait while the client reads. */
interface Source {
  pause(): void;
  resume(): void;
}

export interface ClientResponseOptions {
  /** How long a client may not read, in milliseconds. */
  readonly idleTimeout: number;
  readonly onStalled: () => void;
  /** The head could not be written. */
  readonly onFault: (error: Error) => void;
}

/** The upstream's response on its way to the client. */
export class ClientResponse {
  readonly #exchange: Exchange;
  readonly #forward: Forward;
  readonly #options: ClientResponseOptions;
  #status = 0;
  #statusText = '';
  /** Field lines that have not left yet. */
  #head: string[] | undefined;
  /** Set when the first chunk is the whole body: head and body then leave in one write. */
  #whole: Buffer | undefined;
  #length = -1;
  #wantsTrailers = false;

  constructor(exchange: Exchange, forward: Forward, options: ClientResponseOptions) {
    this.#exchange = exchange;
    this.#forward = forward;
    this.#options = options;
  }

  /** The upstream has begun its final response, whether or not anything of it has left. */
  get begun(): boolean {
    return this.#status !== 0;
  }

  /** An interim response (RFC 9110 section 15.2); clients of HTTP/1.0 know none. */
  inform(status: number, headers: IncomingHttpHeaders): void {
    const { request, response, ownFields } = this.#exchange;
    if (request.httpVersionMinor === 0) return;
    response.writeInformation(status, responseFields(headers, this.#forward, ownFields, false));
  }

  begin(status: number, headers: IncomingHttpHeaders, statusText: string | undefined): void {
    const { request, response, framing, ownFields } = this.#exchange;
    this.#status = status;
    this.#statusText = statusText !== undefined && isReasonPhrase(statusText) ? statusText : '';
    this.#wantsTrailers = framing.acceptsTrailers && mayHaveTrailers(request, status, headers);
    this.#head = responseFields(headers, this.#forward, ownFields, this.#wantsTrailers);
    this.#length = headers['content-length'] === undefined ? -1 : Number(headers['content-length']);
    if (this.#exchange.leavesBody) response.shouldKeepAlive = false;
    process.nextTick(this.#flushHead);
  }

  write(chunk: Buffer, source: Source): void {
    this.#exchange.bytesOut += chunk.length;
    if (this.#head !== undefined && chunk.length === this.#length && chunk.length <= ONE_WRITE) {
      this.#whole = chunk;
      return;
    }
    this.#sendHead();
    if (!this.#exchange.response.write(chunk)) this.#waitForReader(source);
  }

  end(trailers: IncomingHttpHeaders): void {
    const { response } = this.#exchange;
    this.#sendHead();
    if (this.#wantsTrailers) response.addTrailers(trailerFields(trailers, this.#forward));
    // As a string of bytes it joins the head in one buffer and one write; a buffer would stay apart.
    if (this.#whole === undefined) response.end();
    else response.end(this.#whole.toString('latin1'), 'latin1');
  }

  /** What has not left yet never will. */
  discard(): void {
    this.#head = undefined;
  }

  /** The client reads more slowly than the upstream sends: the upstream waits, but not for ever. */
  #waitForReader(source: Source): void {
    const { response } = this.#exchange;
    source.pause();
    const patience = setTimeout(this.#options.onStalled, this.#options.idleTimeout);
    const onDrain = (): void => {
      clearTimeout(patience);
      response.off('close', onClose);
      source.resume();
    };
    const onClose = (): void => {
      clearTimeout(patience);
      response.off('drain', onDrain);
    };
    response.once('drain', onDrain).once('close', onClose);
  }

  #sendHead(): void {
    if (this.#head === undefined) return;
    this.#exchange.response.writeHead(this.#status, this.#statusText, this.#head);
    this.#head = undefined;
  }

  /** The rest of the response may be long in coming (an event stream): the client gets its head now. */
  readonly #flushHead = (): void => {
    if (this.#head === undefined || this.#whole !== undefined || this.#exchange.gone) return;
    try {
      this.#sendHead();
      this.#exchange.response.flushHeaders();
    } catch (error) {
      // undici guards its own calls of its handler; this one comes from the event loop.
      this.#options.onFault(error instanceof Error ? error : new Error(String(error)));
    }
  };
}
