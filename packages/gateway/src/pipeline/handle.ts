import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Decision, Forward } from '@portcullis/guard';
import { clientAddress, type TrustedProxies } from '@portcullis/guard/node';
import type { GatewayReason } from '../errors.ts';
import { Exchange, type Peer } from '../exchange/exchange.ts';
import { readFraming } from '../exchange/framing.ts';
import { answerPreflight, deny, refuse } from '../exchange/respond.ts';
import type { Tracer } from '../exchange/trace-context.ts';
import type { Handler } from '../listener/http-server.ts';
import { Proxying } from '../proxy/proxying.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Generation, Runtime } from './runtime.ts';

/** Request ids that a trusted proxy may hand us: printable, without quotes, not too long. */
const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

export interface HandlerOptions {
  readonly runtime: Runtime;
  readonly telemetry: Telemetry;
  readonly proxies: TrustedProxies;
  /** Absent: traces are no business of ours. */
  readonly tracer: Tracer | undefined;
  /** Bytes. */
  readonly maxUrl: number;
  /** What every response says of the listener: name, value pairs. */
  readonly listenerFields: readonly string[];
  /** The worker is about to stop: connections close after their response. */
  readonly isDraining: () => boolean;
  /** Told of an error that no request should be able to cause. */
  readonly onFault: (requestId: string, error: unknown) => void;
}

/** The way of every request: framing, decision, then the upstream or an answer of our own. */
export function createHandler(options: HandlerOptions): Handler {
  const { runtime, telemetry, proxies, tracer, maxUrl, listenerFields, isDraining, onFault } = options;
  return (request, response, connection, expectsContinue) => {
    if (!connection.takesMore) {
      connection.ignore(); // it closes with the last response before this
      return;
    }
    // Without chunks, only its end can end a response of unknown length; and few clients of HTTP/1.0 keep connections.
    if (isDraining() || request.httpVersionMinor === 0) response.shouldKeepAlive = false;
    const framing = readFraming(request.rawHeaders, request.httpVersionMinor);
    const client = identify(request, connection.peer, proxies);
    const exchange = new Exchange(request, response, connection.peer, framing, client, listenerFields);
    exchange.awaitsContinue = expectsContinue;
    exchange.trace = tracer?.trace(request.rawHeaders, connection.peer.trusted, exchange.id);
    connection.begin(exchange);
    response.on('close', () => {
      exchange.endedAt = performance.now();
      if (!connection.end(exchange, exchange.endedAt)) return;
      exchange.onClose?.();
      if (!response.headersSent) exchange.reason ??= 'client_aborted'; // before there was a decision
      telemetry.record(exchange);
    });

    const fault = framing.fault ?? headFault(request, maxUrl);
    if (fault !== undefined) {
      connection.takeNoMore();
      response.shouldKeepAlive = false;
      refuse(exchange, fault);
      return;
    }
    connection.inTurn(exchange, serve);
  };

  function serve(exchange: Exchange): void {
    if (exchange.gone) return;
    try {
      const decision = decide(exchange, runtime.current, failOn);
      if (decision instanceof Promise) decision.catch((error: unknown) => failOn(exchange, error));
    } catch (error) {
      failOn(exchange, error);
    }
  }

  /** One request's defect must not take the worker, and all other requests, with it. */
  function failOn(exchange: Exchange, error: unknown): void {
    onFault(exchange.id, error);
    refuse(exchange, 'gateway_fault');
  }
}

function headFault(request: IncomingMessage, maxUrl: number): GatewayReason | undefined {
  const { url, method, httpVersionMajor } = request;
  if (httpVersionMajor !== 1) return 'head_malformed';
  if (url !== undefined && url.length > maxUrl) return 'target_too_long';
  return method === 'TRACE' ? 'method_unsupported' : undefined;
}

/** Answers a request at which the gateway itself failed. */
type FailOn = (exchange: Exchange, error: unknown) => void;

function decide(exchange: Exchange, generation: Generation, failOn: FailOn): void | Promise<void> {
  const { method = '', url = '', rawHeaders } = exchange.request;
  const decision = generation.guard.decide({
    method,
    target: url,
    headers: rawHeaders,
    address: exchange.address,
  });
  if (decision instanceof Promise)
    return decision.then((late) => carryOut(exchange, late, generation, failOn));
  carryOut(exchange, decision, generation, failOn);
}

function carryOut(exchange: Exchange, decision: Decision, generation: Generation, failOn: FailOn): void {
  exchange.decision = decision;
  if (exchange.gone) return;
  switch (decision.kind) {
    case 'deny':
      deny(exchange, decision);
      break;
    case 'preflight':
      answerPreflight(exchange, decision);
      break;
    case 'forward':
      forward(exchange, decision, generation, failOn);
      break;
  }
}

function forward(exchange: Exchange, decision: Forward, generation: Generation, failOn: FailOn): void {
  const { api } = decision.match;
  const balancer = generation.balancers.get(api);
  if (balancer === undefined) throw new Error(`the API ${api.name} has no upstreams`);
  const limits = {
    maxBody: api.maxBody,
    idleTimeout: generation.snapshot.config.gateway.timeouts.body * 1000,
    firstByteTimeout: api.timeouts.firstByte * 1000,
    responseIdleTimeout: api.timeouts.idle * 1000,
  };
  new Proxying(exchange, decision, balancer, limits, failOn).start();
}

function identify(
  request: IncomingMessage,
  peer: Peer,
  proxies: TrustedProxies,
): { address: string; requestId: string } {
  if (!peer.trusted) return { address: peer.address, requestId: randomUUID() };
  const { 'x-forwarded-for': forwardedFor, 'x-request-id': requestId } = request.headers;
  const hops = Array.isArray(forwardedFor) ? forwardedFor.join(',') : forwardedFor;
  return {
    address: clientAddress(peer.address, hops, proxies),
    requestId: typeof requestId === 'string' && REQUEST_ID.test(requestId) ? requestId : randomUUID(),
  };
}
