import type { Decision, Forward } from '@portcullis/guard';
import { clientAddress, type TrustedProxies } from '@portcullis/guard/node';
import type { GatewayReason } from '../errors.ts';
import { Exchange } from '../exchange/exchange.ts';
import { answerPreflight, deny, refuse } from '../exchange/respond.ts';
import type { Tracer } from '../exchange/trace-context.ts';
import { valuesOf } from '../http/fields.ts';
import { givenRequestId, newRequestId, type RequestId } from '../http/request-id.ts';
import type { HttpRequest } from '../listener/http-request.ts';
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
  const record = (exchange: Exchange): void => telemetry.record(exchange);
  return (request, response) => {
    if (isDraining()) response.keepAlive = false;
    const client = identify(request, proxies);
    const exchange = new Exchange(request, response, client, listenerFields, record);
    exchange.trace = tracer?.trace(request.fields, request.peer.trusted, client.requestId);
    const fault = request.framing.fault ?? headFault(request, maxUrl);
    if (fault === undefined) serve(exchange);
    else {
      response.keepAlive = false;
      refuse(exchange, fault);
    }
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

function headFault({ target, method }: HttpRequest, maxUrl: number): GatewayReason | undefined {
  if (target.length > maxUrl) return 'target_too_long';
  return method === 'TRACE' || method === 'CONNECT' ? 'method_unsupported' : undefined;
}

/** Answers a request at which the gateway itself failed. */
type FailOn = (exchange: Exchange, error: unknown) => void;

function decide(exchange: Exchange, generation: Generation, failOn: FailOn): void | Promise<void> {
  const { method, target, fields } = exchange.request;
  const decision = generation.guard.decide({ method, target, headers: fields, address: exchange.address });
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
  { peer, fields }: HttpRequest,
  proxies: TrustedProxies,
): { address: string; requestId: RequestId } {
  if (!peer.trusted) return { address: peer.address, requestId: newRequestId() };
  const hops = valuesOf(fields, 'x-forwarded-for');
  const [requestId = '', another] = valuesOf(fields, 'x-request-id');
  const usable = another === undefined && REQUEST_ID.test(requestId);
  return {
    address: clientAddress(peer.address, hops.length === 0 ? undefined : hops.join(','), proxies),
    requestId: usable ? givenRequestId(requestId) : newRequestId(),
  };
}
