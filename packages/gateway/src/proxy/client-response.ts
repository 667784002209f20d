import type { Forward } from '@portcullis/guard';
import type { Exchange } from '../exchange/exchange.ts';
import { holdWrites } from '../http/held-writes.ts';
import type { Fields, ResponseHead } from '../upstream/response-head.ts';
import { isReasonPhrase, mayHaveTrailers, responseFields, trailerFields } from './response-fields.ts';

export interface ClientResponseOwner {
  /** The client reads more slowly than the response comes: the rest of it has to wait. */
  onFull(): void;
  /** The client has read what there was. */
  onDrained(): void;
  /** The client has read nothing for too long. */
  onStalled(): void;
  /** The response could not be written: a defect of ours. */
  onFault(error: unknown): void;
}

/** The upstream's response on its way to the client. */
export class ClientResponse {
  readonly #exchange: Exchange;
  readonly #forward: Forward;
  /** How long a client may not read, in milliseconds. */
  readonly #idleTimeout: number;
  readonly #owner: ClientResponseOwner;
  #status = 0;
  #reason = '';
  /** Field lines that have not left yet. */
  #head: string[] | undefined;
  #wantsTrailers = false;
  #waitsForReader = false;

  constructor(exchange: Exchange, forward: Forward, idleTimeout: number, owner: ClientResponseOwner) {
    this.#exchange = exchange;
    this.#forward = forward;
    this.#idleTimeout = idleTimeout;
    this.#owner = owner;
  }

  /** The upstream has begun its final response, whether or not anything of it has left. */
  get begun(): boolean {
    return this.#status !== 0;
  }

  /** An interim response (RFC 9110 section 15.2); clients of HTTP/1.0 know none. */
  inform(head: ResponseHead): void {
    const { request, response, ownFields } = this.#exchange;
    if (request.httpVersionMinor === 0) return;
    response.writeInformation(head.status, responseFields(head, this.#forward, ownFields, false));
  }

  /** The head leaves with what comes next. */
  begin(head: ResponseHead): void {
    const { request, response, framing, ownFields } = this.#exchange;
    this.#status = head.status;
    this.#reason = isReasonPhrase(head.reason) ? head.reason : '';
    this.#wantsTrailers = framing.acceptsTrailers && mayHaveTrailers(request, head);
    this.#head = responseFields(head, this.#forward, ownFields, this.#wantsTrailers);
    if (this.#exchange.leavesBody) response.shouldKeepAlive = false;
  }

  /** The rest may be long in coming (an event stream): the client gets now what there is. */
  flush(): void {
    if (this.#head === undefined || this.#exchange.gone) return;
    if (this.#sendHead()) this.#exchange.response.flushHeaders();
  }

  write(part: Buffer): void {
    this.#exchange.bytesOut += part.length;
    if (this.#sendHead() && !this.#exchange.response.write(part)) this.#waitForReader();
  }

  /** @param rest as a text, of which each character is a byte, it leaves in one write with a head that waits */
  end(rest: Buffer | string, trailers: Fields): void {
    const { response } = this.#exchange;
    this.#exchange.bytesOut += rest.length;
    if (!this.#sendHead()) return;
    if (this.#wantsTrailers) response.addTrailers(trailerFields(trailers, this.#forward));
    if (response.socket !== null) holdWrites(response.socket);
    if (rest.length === 0) response.end();
    else response.end(rest, 'latin1');
  }

  /** Whether all that was written is with the kernel, or lost with its connection. */
  get hasPassedOn(): boolean {
    return this.#exchange.response.writableLength === 0;
  }

  /** What has not left yet never will. */
  discard(): void {
    this.#head = undefined;
  }

  /** The upstream waits for the client, but not for ever. */
  #waitForReader(): void {
    if (this.#waitsForReader) return; // there was more in what has been read already
    this.#waitsForReader = true;
    const { response } = this.#exchange;
    this.#owner.onFull();
    const patience = setTimeout(() => this.#owner.onStalled(), this.#idleTimeout);
    const onDrain = (): void => {
      clearTimeout(patience);
      this.#waitsForReader = false;
      response.off('close', onClose);
      this.#owner.onDrained();
    };
    const onClose = (): void => {
      clearTimeout(patience);
      response.off('drain', onDrain);
    };
    response.once('drain', onDrain).once('close', onClose);
  }

  /** @returns false when it could not be written, and the owner was told */
  #sendHead(): boolean {
    if (this.#head === undefined) return true;
    try {
      this.#exchange.response.writeHead(this.#status, this.#reason, this.#head);
      this.#head = undefined;
      return true;
    } catch (error) {
      this.#owner.onFault(error);
      return false;
    }
  }
}
