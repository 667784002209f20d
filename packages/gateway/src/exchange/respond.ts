import { answer, type Denial, type Preflight } from '@portcullis/guard';
import { GATEWAY_REASONS, type GatewayReason } from '../errors.ts';
import type { Exchange } from './exchange.ts';

/** How long, and how many bytes, of a body that nobody wants are read so that its client can read why. */
const LINGER_TIME = 1_000;
const LINGER_BYTES = 1024 * 1024;

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
  if (exchange.leavesBody && !exchange.awaitsContinue) endOnceRead(exchange, body);
  else response.end(body);
}

/**
 * Ends a response whose request's body is still coming: were the connection closed with unread bytes, the kernel would
 * reset it, and the client lose the response (RFC 9112 section 9.6). The rest is read and dropped, within bounds.
 */
function endOnceRead({ request, response }: Exchange, body: string): void {
  let left = LINGER_BYTES;
  const end = (): void => {
    clearTimeout(timer);
    request.off('data', count).off('end', end).off('close', end);
    response.end();
  };
  const count = (chunk: Buffer): void => {
    left -= chunk.length;
    if (left < 0) end();
  };
  const timer = setTimeout(end, LINGER_TIME);
  response.write(body);
  request.on('data', count).once('end', end).once('close', end);
}
