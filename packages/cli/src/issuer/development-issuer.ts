import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Listening, listen } from '../http/listen.ts';
import { sendJson, sendProblem } from '../http/send.ts';

export const JWKS_PATH = '/jwks';

/**
 * Serves the public keys of the development key ring, and nothing else: tokens are minted on the command line.
 * @param jwks asked on each request, so that a key added to the ring is served without a restart; must hold public keys only
 */
export function startDevelopmentIssuer(
  address: { host: string; port: number; changedBy: string },
  jwks: () => Promise<unknown>,
): Promise<Listening> {
  return listen({
    ...address,
    what: 'the development issuer',
    handler: (request, response) => {
      request.resume();
      answer(request, response, jwks).catch(() => {
        if (response.headersSent) response.destroy();
        else sendProblem(response, 503, 'Service Unavailable', { 'retry-after': '5' });
      });
    },
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  jwks: () => Promise<unknown>,
): Promise<void> {
  const path = (request.url ?? '').split('?', 1)[0];
  if (path !== JWKS_PATH) return sendProblem(response, 404, 'Not Found');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return sendProblem(response, 405, 'Method Not Allowed', { allow: 'GET, HEAD' });
  }
  sendJson(response, 200, await jwks(), {
    'content-type': 'application/jwk-set+json',
    'cache-control': 'public, max-age=60',
  });
}
