import { type Answer, answer, type Denial, type Preflight } from '@portcullis/guard';
import { GATEWAY_REASONS, type GatewayReason } from '../errors.ts';
import type { BodyConsumer } from '../listener/http-request.ts';
import type { Exchange } from './exchange.ts';

/** How long, and how many bytes, of a body that nobody wants are read so that its client can read why. */
const LINGER_TIME = 1_000;
const LINGER_BYTES = 1024 * 1024;

/** Answers a request that the decision core refused. */
export function deny(exchange: Exchange, denial: Denial): void {
  send(exchange, answer(denial, exchange.id));
}

/** Answers a request that the gateway itself refuses. Breaks the connection when a response has begun. */
export function refuse(exchange: Exchange, reason: GatewayReason): void {
  exchange.reason = reason;
  if (exchange.response.begun) {
    exchange.response.destroy();
    return;
  }
  send(exchange, answer({ status: GATEWAY_REASONS[reason].status, reason }, exchange.id));
}

/** Answers a CORS preflight at the edge. */
export function answerPreflight(exchange: Exchange, preflight: Preflight): void {
  const headers = ['x-request-id', exchange.id, ...preflight.headers];
  send(exchange, { status: 204, title: 'No Content', headers, body: '' });
}

function send(exchange: Exchange, { status, title, headers, body }: Answer): void {
  const { request, response } = exchange;
  if (exchange.gone) return;
  if (!exchange.awaitsContinue) request.discard();
  const { leavesBody } = exchange;
  if (leavesBody) response.keepAlive = false;
  headers.push(...exchange.listenerFields);
  if (body !== '') headers.push('content-length', String(body.length));
  exchange.bytesOut = body.length;
  response.begin(status, title, headers);
  if (leavesBody && !exchange.awaitsContinue) endOnceRead(exchange, body);
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
    request.release(rest);
    response.end('');
  };
  const rest: BodyConsumer = {
    onBody(part) {
      left -= part.length;
      if (left < 0) end();
    },
    onEnd: end,
    onMalformed: end,
    onAborted: end,
  };
  const timer = setTimeout(end, LINGER_TIME);
  response.write(Buffer.from(body, 'latin1'));
  request.consume(rest);
}
