import { answer, type Denial, type Preflight } from '@portcullis/guard';
import { GATEWAY_REASONS, type GatewayReason } from '../errors.ts';
import type { Exchange } from './exchange.ts';

/** Answers a request that the decision core refused. */
export function deny(exchange: Exchange, denial: Denial): void {
  const { status, headers, body } = answer(denial, exchange.id);
  send(exchange, status, headers, body);
}

/** Answers a request that the gateway itself refuses. Breaks the connection when a response has begun. */
export function refuse(exchange: Exchange, reason: GatewayReason): void {
  exchange.reason = reason;
  if (exchange.response.headersSent) {
    exchange.response.destroy();
    return;
  }
  const { status, headers, body } = answer({ status: GATEWAY_REASONS[reason].status, reason }, exchange.id);
  send(exchange, status, headers, body);
}

/** Answers a CORS preflight at the edge. */
export function answerPreflight(exchange: Exchange, preflight: Preflight): void {
  send(exchange, 204, ['x-request-id', exchange.id, ...preflight.headers], '');
}

function send(exchange: Exchange, status: number, headers: string[], body: string): void {
  const { response } = exchange;
  if (exchange.gone) return;
  if (exchange.leavesBody) response.shouldKeepAlive = false;
  headers.push(...exchange.listenerFields);
  if (body !== '') headers.push('content-length', String(Buffer.byteLength(body)));
  exchange.bytesOut = body.length;
  response.writeHead(status, headers);
  response.end(body);
}
