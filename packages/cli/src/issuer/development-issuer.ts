import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Listening, listen } from '../http/listen.ts';
import { sendJson, sendProblem } from '../http/send.ts';

export const JWKS_PATH = '/jwks';
const METADATA_PATHS: ReadonlySet<string> = new Set([
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
]);

function metadata(issuer: string): object {
  return { issuer, jwks_uri: `${issuer.replace(/\/$/, '')}${JWKS_PATH}` };
}

/**
 * Serves the public keys of the development key ring and where they are (OpenID Connect Discovery, RFC 8414), and nothing
 * else: tokens are minted on the command line.
 * @param issuer the URL that its tokens name as `iss`
 * @param jwks asked on each request, so that a key added to the ring is served without a restart; must hold public keys only
 */
export function startDevelopmentIssuer(
  address: { host: string; port: number; what: string; changedBy: string },
  issuer: string,
  jwks: () => Promise<unknown>,
): Promise<Listening> {
  return listen({
    ...address,
    handler: (request, response) => {
      request.resume();
      answer(request, response, issuer, jwks).catch(() => {
        if (response.headersSent) response.destroy();
        else sendProblem(response, 503, 'Service Unavailable', { 'retry-after': '5' });
      });
    },
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  issuer: string,
  jwks: () => Promise<unknown>,
): Promise<void> {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  if (path !== JWKS_PATH && !METADATA_PATHS.has(path)) return sendProblem(response, 404, 'Not Found');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return sendProblem(response, 405, 'Method Not Allowed', { allow: 'GET, HEAD' });
  }
  if (path !== JWKS_PATH) return sendJson(response, 200, metadata(issuer));
  sendJson(response, 200, await jwks(), {
    'content-type': 'application/jwk-set+json',
    'cache-control': 'public, max-age=60',
  });
}
