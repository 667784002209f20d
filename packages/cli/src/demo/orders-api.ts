import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Listening, listen } from '../http/listen.ts';
import { sendJson, sendProblem } from '../http/send.ts';

/** The headers by which the gateway tells an API who is calling. The demo's API answers with those that arrived. */
const IDENTITY_HEADERS = ['x-user-id', 'x-client-id', 'x-scopes', 'x-request-id'] as const;

const ORDERS: readonly { readonly id: string; readonly item: string; readonly quantity: number }[] = [
  { id: '41', item: 'oak door', quantity: 1 },
  { id: '42', item: 'iron portcullis', quantity: 1 },
  { id: '43', item: 'chain, 10 m', quantity: 2 },
];

const MAX_BODY = 64 * 1024;

/**
 * The API behind the demo's gateway. It checks nothing: that is the gateway's work, and the reason why this listens on
 * loopback only.
 */
export function startOrdersApi(address: {
  host: string;
  port: number;
  changedBy: string;
}): Promise<Listening> {
  return listen({ ...address, what: 'the orders API of the demo', handler: answer });
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  if (request.method === 'POST' && path === '/orders') {
    takeOrder(request, response);
    return;
  }
  request.resume();
  const found = resource(path);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    sendProblem(response, 405, 'Method Not Allowed', { allow: 'GET, HEAD' });
  } else if (found === undefined) {
    sendProblem(response, 404, 'Not Found');
  } else {
    sendJson(response, 200, { ...found, caller: caller(request) });
  }
}

function resource(path: string): object | undefined {
  if (path === '/orders/health') return { status: 'ok' };
  if (path === '/orders') return { orders: ORDERS };
  const order = ORDERS.find(({ id }) => path === `/orders/${id}`);
  return order && { order };
}

function caller(request: IncomingMessage): Record<string, string> {
  const arrived: Record<string, string> = {};
  for (const name of IDENTITY_HEADERS) {
    const value = request.headers[name];
    if (typeof value === 'string') arrived[name] = value;
  }
  return arrived;
}

/** Reads the body, within bounds, and says how long it was: the demo keeps no orders. */
function takeOrder(request: IncomingMessage, response: ServerResponse): void {
  let received = 0;
  request.on('data', (chunk: Buffer) => {
    received += chunk.byteLength;
    if (received > MAX_BODY && !response.headersSent) {
      sendProblem(response, 413, 'Content Too Large', { connection: 'close' });
    }
  });
  request.on('end', () => {
    if (!response.headersSent)
      sendJson(response, 201, { accepted: true, bytes: received, caller: caller(request) });
  });
}
