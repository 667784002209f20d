import type { Decision } from '@portcullis/guard';
import type { GatewayReason } from '../errors.ts';
import type { RequestId } from '../http/request-id.ts';
import type { Framing } from '../listener/framing.ts';
import type { HttpRequest } from '../listener/http-request.ts';
import type { HttpResponse, ResponseOwner } from '../listener/http-response.ts';
import type { Peer } from '../listener/peer.ts';
import type { Trace } from './trace-context.ts';

/** An unread body up to this size is thrown away to keep the connection. Bytes. */
const WORTH_DRAINING = 64 * 1024;

/** One request and its response, with everything that the log and the metrics will want to know of it. */
export class Exchange implements ResponseOwner {
  readonly id: string;
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  /** The client's address; behind trusted proxies not that of the peer. */
  readonly address: string;
  readonly startedAt = performance.now();
  /** What every response to this client says about the listener (HSTS): name, value pairs. */
  readonly listenerFields: readonly string[];

  decision: Decision | undefined;
  trace: Trace | undefined;
  /** Called once, when the response is complete or the client has gone. */
  onClose: (() => void) | undefined;
  /** Why the gateway itself answered, or the exchange broke off. */
  reason: GatewayReason | undefined;
  upstream: string | undefined;
  /** The code of what went wrong with the upstream, as Node calls it, or one of UPSTREAM_ERRORS. */
  upstreamError: string | undefined;
  /** `performance.now()` when the request went to the upstream, and when its response began. */
  forwardedAt: number | undefined;
  answeredAt: number | undefined;
  /** `performance.now()` when the response was complete, or the client had gone. */
  endedAt = 0;
  bytesOut = 0;
  /** The client waits for `100 Continue` before it sends its body, and may never send it. */
  awaitsContinue: boolean;
  readonly #onEnd: (exchange: Exchange) => void;

  /** @param onEnd told when the response is complete or the client has gone */
  constructor(
    request: HttpRequest,
    response: HttpResponse,
    client: { readonly address: string; readonly requestId: RequestId },
    listenerFields: readonly string[],
    onEnd: (exchange: Exchange) => void,
  ) {
    this.request = request;
    this.response = response;
    this.address = client.address;
    this.id = client.requestId.text;
    this.listenerFields = listenerFields;
    this.awaitsContinue = request.framing.expectsContinue;
    this.#onEnd = onEnd;
    response.owner = this;
  }

  get peer(): Peer {
    return this.request.peer;
  }

  get framing(): Framing {
    return this.request.framing;
  }

  /** What the gateway says in every response: name, value pairs. */
  get ownFields(): readonly string[] {
    return ['x-request-id', this.id, ...this.listenerFields];
  }

  onResponseClosed(now: number): void {
    this.endedAt = now;
    this.onClose?.();
    if (!this.response.begun) this.reason ??= 'client_aborted'; // before there was a decision
    this.#onEnd(this);
  }

  /** Whether more of the client's body may be coming than is worth reading only to keep the connection. */
  get leavesBody(): boolean {
    const { length } = this.framing;
    if (this.awaitsContinue) return true;
    return (length < 0 || length > WORTH_DRAINING) && !this.request.complete;
  }

  /** The status that went to the client; where the client broke off, what its reason says. */
  get loggedStatus(): number {
    const broken = this.reason === 'client_aborted' || this.reason === 'client_stalled';
    return broken ? 499 : this.response.status;
  }

  /** The client is gone: nothing that is written now can arrive. */
  get gone(): boolean {
    return this.response.closed;
  }
}
