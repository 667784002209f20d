import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Decision } from '@portcullis/guard';
import type { GatewayReason } from '../errors.ts';
import type { Framing } from './framing.ts';
import type { Trace } from './trace-context.ts';

/** An unread body up to this size is thrown away to keep the connection. Bytes. */
const WORTH_DRAINING = 64 * 1024;

/** The other end of a client's connection: the client itself, or a proxy in front of us. */
export interface Peer {
  /** IPv4 also where it came in over a dual-stack listener. */
  readonly address: string;
  /** A proxy that may speak for the clients behind it. */
  readonly trusted: boolean;
  /** It came over TLS. */
  readonly secure: boolean;
}

/** One request and its response, with everything that the log and the metrics will want to know of it. */
export class Exchange {
  readonly id: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly peer: Peer;
  readonly framing: Framing;
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
  awaitsContinue = false;
  /** Called when the request's body breaks the grammar of HTTP, if anybody reads it by then. */
  onBodyBroken: (() => void) | undefined;
  #bodyBroken = false;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    peer: Peer,
    framing: Framing,
    client: { readonly address: string; readonly requestId: string },
    listenerFields: readonly string[],
  ) {
    this.request = request;
    this.response = response;
    this.peer = peer;
    this.framing = framing;
    this.address = client.address;
    this.id = client.requestId;
    this.listenerFields = listenerFields;
  }

  /** What the gateway says in every response: name, value pairs. */
  get ownFields(): readonly string[] {
    return ['x-request-id', this.id, ...this.listenerFields];
  }

  /** The request's body breaks the grammar of HTTP: nothing more of it will come. */
  breakBody(): void {
    this.#bodyBroken = true;
    this.onBodyBroken?.();
  }

  get bodyBroken(): boolean {
    return this.#bodyBroken;
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
    return broken ? 499 : this.response.statusCode;
  }

  /** The client is gone: nothing that is written now can arrive. */
  get gone(): boolean {
    return this.response.destroyed || this.response.closed;
  }
}
