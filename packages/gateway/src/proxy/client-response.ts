import type { Forward } from '@portcullis/guard';
import type { Exchange } from '../exchange/exchange.ts';
import type { Fields } from '../http/fields.ts';
import type { ResponseHead } from '../upstream/response-head.ts';
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
  /** Runs while the client is waited for. */
  #patience: NodeJS.Timeout | undefined;

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
    if (request.minorVersion === 0) return;
    const fields = responseFields(head, this.#forward, ownFields, false);
    response.inform(head.status, phraseOf(head), fields);
  }

  /** The head leaves with what comes next. */
  begin(head: ResponseHead): void {
    const { request, response, framing, ownFields } = this.#exchange;
    this.#status = head.status;
    this.#reason = phraseOf(head);
    this.#wantsTrailers = framing.acceptsTrailers && mayHaveTrailers(request, head);
    this.#head = responseFields(head, this.#forward, ownFields, this.#wantsTrailers);
    if (this.#exchange.leavesBody) response.keepAlive = false;
  }

  /** The rest may be long in coming (an event stream): the client gets now what there is. */
  flush(): void {
    if (this.#head === undefined || this.#exchange.gone) return;
    if (this.#sendHead()) this.#exchange.response.flush();
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
    response.end(rest, this.#wantsTrailers ? trailerFields(trailers, this.#forward) : NO_TRAILERS);
  }

  /** Whether all that was written is with the kernel, or lost with its connection. */
  get hasPassedOn(): boolean {
    return this.#exchange.response.hasPassedOn;
  }

  /** What has not left yet never will. */
  discard(): void {
    this.#head = undefined;
    clearTimeout(this.#patience);
  }

  /** The upstream waits for the client, but not for ever. */
  #waitForReader(): void {
    if (this.#patience !== undefined) return; // there was more in what has been read already
    this.#owner.onFull();
    this.#patience = setTimeout(() => this.#owner.onStalled(), this.#idleTimeout);
    this.#exchange.response.onDrain = () => {
      clearTimeout(this.#patience);
      this.#patience = undefined;
      this.#owner.onDrained();
    };
  }

  /** @returns false when it could not be written, and the owner was told */
  #sendHead(): boolean {
    if (this.#head === undefined) return true;
    try {
      this.#exchange.response.begin(this.#status, this.#reason, this.#head);
      this.#head = undefined;
      return true;
    } catch (error) {
      this.#owner.onFault(error);
      return false;
    }
  }
}

const NO_TRAILERS: Fields = [];

function phraseOf({ reason }: ResponseHead): string {
  return isReasonPhrase(reason) ? reason : '';
}
