import type { IncomingHttpHeaders } from 'node:http';
import type { Forward } from '@portcullis/guard';
import type { Dispatcher } from 'undici';
import type { GatewayReason } from '../errors.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { refuse } from '../exchange/respond.ts';
import type { Balancer } from '../upstream/balancer.ts';
import type { ClientPool, Lease } from '../upstream/client-pool.ts';
import { ClientResponse } from './client-response.ts';
import { type BodyLimits, collectBody, RequestBody, RequestBodyError } from './request-body.ts';
import { hasOtherCoding } from './response-fields.ts';
import { isClosed, isTlsFailure, TransferCodingError, upstreamErrorCode } from './upstream-error.ts';
import { upstreamFields } from './upstream-fields.ts';

/** Bodies up to this size are taken whole before an upstream connection is spent on them. */
const SMALL_BODY = 64 * 1024;

/** Methods that may be sent again when a connection broke before the response (RFC 9110 section 9.2.2). */
const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

type Controller = Dispatcher.DispatchController;

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
export class Proxying implements Dispatcher.DispatchHandler {
  readonly #exchange: Exchange;
  readonly #balancer: Balancer;
  readonly #limits: ProxyLimits;
  readonly #response: ClientResponse;
  readonly #fields: string[];
  readonly #target: string;
  readonly #tried: ClientPool[] = [];
  #body: Buffer | RequestBody | null = null;
  #pool: ClientPool | undefined;
  #lease: Lease | undefined;
  #leaveQueue: (() => void) | undefined;
  #controller: Controller | undefined;

  constructor(exchange: Exchange, forward: Forward, balancer: Balancer, limits: ProxyLimits) {
    this.#exchange = exchange;
    this.#balancer = balancer;
    this.#limits = limits;
    this.#response = new ClientResponse(exchange, forward, {
      idleTimeout: limits.responseIdleTimeout,
      onStalled: () => this.#fail('client_stalled'),
      onFault: (error) => this.#controller?.abort(error),
    });
    const { request, peer, id, trace } = exchange;
    this.#fields = upstreamFields(request.rawHeaders, forward, { peer, requestId: id, trace });
    this.#target = forward.match.path + forward.match.query;
  }

  start(): void {
    const { request, response, framing } = this.#exchange;
    this.#exchange.onClose = this.#onClientClose;
    if (framing.length === 0) {
      this.#tryNext();
      return;
    }
    if (this.#exchange.bodyBroken) {
      this.#fail('body_malformed');
      return;
    }
    if (framing.length > this.#limits.maxBody) {
      this.#fail('body_too_large');
      return;
    }
    if (this.#exchange.awaitsContinue) response.writeContinue();
    this.#exchange.awaitsContinue = false;
    if (framing.length < 0 || framing.length > SMALL_BODY) {
      this.#streamBody();
      this.#tryNext();
      return;
    }
    this.#exchange.onBodyBroken = collectBody(request, this.#limits, (fault, body) => {
      this.#body = body;
      if (fault === undefined) {
        this.#tryNext();
        return;
      }
      response.shouldKeepAlive = false; // the rest of the body would be waited for without a limit
      this.#fail(fault);
    });
  }

  #streamBody(): void {
    const body = new RequestBody(this.#exchange.request, this.#limits);
    body.on('error', () => {}); // told by the dispatch that it ends
    this.#exchange.onBodyBroken = () => {
      body.destroy(new RequestBodyError('body_malformed'));
      if (this.#lease !== undefined) return; // what it is dispatched to tells of the end
      this.#leaveQueue?.();
      this.#fail('body_malformed');
    };
    this.#body = body;
  }

  #tryNext(): void {
    const pool = this.#balancer.next(this.#tried, performance.now());
    if (pool === undefined) {
      this.#fail('upstream_unreachable');
      return;
    }
    this.#pool = pool;
    this.#tried.push(pool);
    const lease = pool.take();
    if (lease !== undefined) {
      this.#dispatch(lease);
      return;
    }
    this.#leaveQueue = pool.wait((late) => {
      if (late === undefined) this.#fail('upstream_busy');
      else if (this.#exchange.gone) pool.release(late, late.warm);
      else this.#dispatch(late);
    });
  }

  #dispatch(lease: Lease): void {
    this.#lease = lease;
    this.#controller = undefined;
    this.#exchange.upstream = this.#pool?.origin;
    this.#exchange.forwardedAt = performance.now();
    const options = {
      path: this.#target,
      method: this.#exchange.request.method as Dispatcher.HttpMethod,
      headers: this.#fields,
      body: this.#body,
      blocking: false, // it keeps pipelined requests back, and there are none
      headersTimeout: this.#limits.firstByteTimeout,
      bodyTimeout: this.#limits.responseIdleTimeout,
    };
    lease.client.dispatch(options, this);
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#exchange.gone) controller.abort(new RequestBodyError('client_aborted'));
  }

  onResponseStart(
    controller: Controller,
    status: number,
    headers: IncomingHttpHeaders,
    statusText?: string,
  ): void {
    if (status < 200) {
      this.#response.inform(status, headers);
      return;
    }
    if (hasOtherCoding(headers)) {
      controller.abort(new TransferCodingError());
      return;
    }
    this.#exchange.answeredAt = performance.now();
    this.#response.begin(status, headers, statusText);
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.#response.write(chunk, controller);
  }

  onResponseEnd(_: Controller, trailers: IncomingHttpHeaders): void {
    this.#release(true);
    this.#response.end(trailers);
  }

  onResponseError(_: Controller | undefined, error: Error): void {
    const code = upstreamErrorCode(error);
    // In undici's own error handling no connection of it may be used: that would break an assertion, and the process.
    setImmediate(() => this.#afterError(error, code));
  }

  #afterError(error: Error, code: string | undefined): void {
    const lease = this.#lease;
    if (lease !== undefined && !this.#exchange.gone && this.#mayRepeat(lease, code)) {
      this.#repeat(lease);
      return;
    }
    const warm = lease?.warm === true;
    this.#release(false);
    if (this.#exchange.gone) return;
    this.#exchange.upstreamError = code;
    if (error instanceof RequestBodyError) this.#fail(error.reason);
    else if (code === 'UND_ERR_INVALID_ARG') this.#fail('gateway_fault');
    else if (this.#controller === undefined && !warm) this.#moveOn(code);
    else if (this.#response.begun) this.#fail('upstream_cut_off');
    else if (code === 'UND_ERR_HEADERS_TIMEOUT') this.#fail('upstream_timeout');
    else if (isTlsFailure(code)) this.#fail('upstream_tls_failed');
    else this.#fail('upstream_failed');
  }

  /** The connection could not be made: nothing of the request has left, so another upstream may have it. */
  #moveOn(code: string | undefined): void {
    if (this.#pool !== undefined) this.#balancer.unreachable(this.#pool, performance.now());
    if (this.#tried.length < this.#balancer.size) this.#tryNext();
    else this.#fail(isTlsFailure(code) ? 'upstream_tls_failed' : 'upstream_unreachable');
  }

  /**
   * The upstream closed a kept connection just as we used it. That is ordinary; when nothing of the request had left yet,
   * or it is one that may be sent twice, it goes over a new connection.
   */
  #mayRepeat({ warm }: Lease, code: string | undefined): boolean {
    if (!warm || this.#response.begun || !isClosed(code)) return false;
    if (this.#controller === undefined) return !(this.#body instanceof RequestBody && this.#body.started);
    return this.#body === null && REPEATABLE.has(this.#exchange.request.method ?? '');
  }

  /** The client of this lease connects anew; when that fails as well, it is no longer one that was kept. */
  #repeat(lease: Lease): void {
    lease.warm = false;
    if (this.#body instanceof RequestBody) this.#streamBody(); // undici has destroyed the one that it could not send
    this.#dispatch(lease);
  }

  readonly #onClientClose = (): void => {
    if (this.#exchange.response.writableFinished) return;
    this.#exchange.reason ??= 'client_aborted';
    this.#leaveQueue?.();
    this.#controller?.abort(new RequestBodyError(this.#exchange.reason));
  };

  #release(warm: boolean): void {
    if (this.#lease !== undefined) this.#pool?.release(this.#lease, warm);
    this.#lease = undefined;
  }

  #fail(reason: GatewayReason): void {
    this.#response.discard();
    if (this.#body instanceof RequestBody) this.#body.destroy();
    refuse(this.#exchange, reason);
  }
}
