import type { Forward } from '@portcullis/guard';
import type { GatewayReason } from '../errors.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { refuse } from '../exchange/respond.ts';
import type { Fields } from '../http/fields.ts';
import type { Balancer } from '../upstream/balancer.ts';
import type { ConnectionPool } from '../upstream/connection-pool.ts';
import { ConnectionSearch, type ConnectionSearchOwner } from '../upstream/connection-search.ts';
import type { ResponseHead } from '../upstream/response-head.ts';
import type { ResponseHandler, UpstreamConnection } from '../upstream/upstream-connection.ts';
import { isClosed, isTlsFailure, upstreamErrorCode } from '../upstream/upstream-error.ts';
import { ClientResponse, type ClientResponseOwner } from './client-response.ts';
import { type BodyLimits, collectBody, RequestBody, RequestBodyError } from './request-body.ts';
import { requestHead } from './request-head.ts';
import { upstreamFields } from './upstream-fields.ts';

/** Bodies up to this size are taken whole before an upstream connection is spent on them. */
const SMALL_BODY = 64 * 1024;

/** Methods that may be sent again when a connection broke before the response (RFC 9110 section 9.2.2). */
const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface ProxyLimits extends BodyLimits {
  /** Milliseconds until the upstream's response must have begun. */
  readonly firstByteTimeout: number;
  /** Longest silence within a response, of the upstream or of a client that does not read. Milliseconds. */
  readonly responseIdleTimeout: number;
}

/**
 * Carries one admitted request to an upstream and its response back, with backpressure both ways. A connection
 * that cannot be made moves on to the next upstream; a client that goes away takes its upstream request along.
 */
export class Proxying implements ConnectionSearchOwner, ResponseHandler, ClientResponseOwner {
  readonly #exchange: Exchange;
  readonly #search: ConnectionSearch;
  readonly #limits: ProxyLimits;
  readonly #response: ClientResponse;
  readonly #fields: readonly string[];
  readonly #target: string;
  #body: Buffer | RequestBody | null = null;
  #pool: ConnectionPool | undefined;
  #connection: UpstreamConnection | undefined;
  readonly #failOn: (exchange: Exchange, error: unknown) => void;

  /** @param failOn answers a request at which the gateway itself failed */
  constructor(
    exchange: Exchange,
    forward: Forward,
    balancer: Balancer,
    limits: ProxyLimits,
    failOn: (exchange: Exchange, error: unknown) => void,
  ) {
    this.#failOn = failOn;
    this.#exchange = exchange;
    this.#search = new ConnectionSearch(balancer, this);
    this.#limits = limits;
    this.#response = new ClientResponse(exchange, forward, limits.responseIdleTimeout, this);
    const { request, peer, id, trace } = exchange;
    this.#fields = upstreamFields(request.fields, forward, { peer, requestId: id, trace });
    this.#target = forward.match.path + forward.match.query;
  }

  start(): void {
    const { request, response, framing } = this.#exchange;
    this.#exchange.onClose = this.#onClientClose;
    if (framing.length === 0) {
      this.#search.next();
      return;
    }
    if (framing.length > this.#limits.maxBody) {
      this.#fail('body_too_large');
      return;
    }
    if (this.#exchange.awaitsContinue) response.inform(100, 'Continue', []);
    this.#exchange.awaitsContinue = false;
    if (framing.length < 0 || framing.length > SMALL_BODY) {
      this.#streamBody();
      this.#search.next();
      return;
    }
    collectBody(request, this.#limits, (fault, body) => {
      this.#body = body;
      if (fault === undefined) {
        this.#guarded(() => this.#search.next());
        return;
      }
      response.keepAlive = false; // the rest of the body would be waited for without a limit
      this.#fail(fault);
    });
  }

  #streamBody(): void {
    const body = new RequestBody(this.#exchange.request, this.#limits);
    body.on('error', () => {}); // told by the dispatch that it ends
    this.#body = body;
  }

  onConnection(pool: ConnectionPool, connection: UpstreamConnection): void {
    if (this.#exchange.gone) {
      pool.release(connection);
      return;
    }
    // As #guarded does, but every request comes by here: no closure for each.
    try {
      this.#dispatch(pool, connection);
    } catch (error) {
      this.onFault(error);
    }
  }

  onNoneLeft(): void {
    this.#fail('upstream_unreachable');
  }

  onBusy(): void {
    this.#fail('upstream_busy');
  }

  #dispatch(pool: ConnectionPool, connection: UpstreamConnection): void {
    const { request, framing } = this.#exchange;
    const now = performance.now();
    this.#pool = pool;
    this.#connection = connection;
    this.#exchange.upstream = pool.origin;
    this.#exchange.forwardedAt = now;
    const { method } = request;
    const chunked = framing.length < 0;
    connection.dispatch(
      {
        method,
        head: requestHead({
          method,
          target: this.#target,
          host: pool.authority,
          fields: this.#fields,
          framing,
        }),
        body: this.#body,
        chunked,
        firstByteTimeout: this.#limits.firstByteTimeout,
        idleTimeout: this.#limits.responseIdleTimeout,
      },
      this,
      now,
    );
  }

  onInformation(head: ResponseHead): void {
    this.#response.inform(head);
  }

  onHead(head: ResponseHead): void {
    this.#exchange.answeredAt = performance.now();
    this.#response.begin(head);
  }

  onBody(part: Buffer): void {
    if (this.#connection !== undefined) this.#response.write(part);
  }

  onWaiting(): void {
    this.#response.flush();
  }

  get hasPassedOn(): boolean {
    return this.#response.hasPassedOn;
  }

  onEnd(rest: Buffer | string, trailers: Fields): void {
    this.#release();
    this.#response.end(rest, trailers);
  }

  onUnreachable(error: Error): void {
    const code = upstreamErrorCode(error);
    this.#release();
    if (this.#isOver(error, code)) return;
    // Nothing of the request has left, so another upstream may have it.
    if (this.#pool !== undefined) this.#search.unreachable(this.#pool);
    if (!this.#search.exhausted) this.#guarded(() => this.#search.next());
    else this.#fail(isTlsFailure(code) ? 'upstream_tls_failed' : 'upstream_unreachable');
  }

  onFailed(error: Error, begun: boolean): void {
    const code = upstreamErrorCode(error);
    const [pool, connection] = [this.#pool, this.#connection];
    if (pool !== undefined && connection !== undefined && !begun && this.#mayRepeat(connection, code)) {
      this.#guarded(() => this.#dispatch(pool, pool.renew(connection)));
      return;
    }
    this.#release();
    if (this.#isOver(error, code)) return;
    if (this.#response.begun) setImmediate(this.#cutOff);
    else if (code === 'response_head_timeout') this.#fail('upstream_timeout');
    else if (isTlsFailure(code)) this.#fail('upstream_tls_failed');
    else this.#fail('upstream_failed');
  }

  /** In a turn of its own: what came before leaves at the end of the turn in which it came. */
  readonly #cutOff = (): void => {
    if (!this.#exchange.gone) this.#fail('upstream_cut_off');
  };

  onFull(): void {
    this.#connection?.pause();
  }

  onDrained(): void {
    this.#connection?.resume();
  }

  onStalled(): void {
    this.#fail('client_stalled');
  }

  onFault(error: unknown): void {
    this.#abandon();
    this.#response.discard();
    this.#failOn(this.#exchange, error);
  }

  /** Whether the client has gone, or its body was why the upstream got no whole request: then it is not the upstream's fault. */
  #isOver(error: Error, code: string): boolean {
    if (this.#exchange.gone) return true;
    if (error instanceof RequestBodyError) {
      this.#fail(error.reason);
      return true;
    }
    this.#exchange.upstreamError = code;
    return false;
  }

  /**
   * The upstream closed a kept connection just as we used it. That is ordinary; a request that may be sent twice goes over a
   * new connection.
   */
  #mayRepeat({ used }: UpstreamConnection, code: string): boolean {
    if (!used || this.#exchange.gone || !isClosed(code)) return false;
    return this.#body === null && REPEATABLE.has(this.#exchange.request.method);
  }

  readonly #onClientClose = (): void => {
    this.#response.discard();
    if (this.#exchange.response.finished) return;
    this.#exchange.reason ??= 'client_aborted';
    this.#abandon();
  };

  /** What is done here outside of the turn that began the request has nobody above it to catch its errors. */
  #guarded(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.onFault(error);
    }
  }

  /** Ends what is under way with the upstream. */
  #abandon(): void {
    this.#search.stop();
    this.#connection?.destroy();
    this.#release();
  }

  #release(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection !== undefined) this.#pool?.release(connection);
  }

  #fail(reason: GatewayReason): void {
    this.#abandon();
    this.#response.discard();
    if (this.#body instanceof RequestBody) this.#body.destroy();
    refuse(this.#exchange, reason);
  }
}
