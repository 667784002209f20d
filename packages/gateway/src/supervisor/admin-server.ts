import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Address } from '@portcullis/guard';
import { createServer } from '../http/node-http.ts';
import { formatAddress } from './addresses.ts';
import { type AdminPages, isLoopbackHost } from './admin-pages.ts';
import { reasonPage } from './reason-page.ts';

/** What `/readyz` answers. */
export interface Health {
  readonly ready: boolean;
  /** The configuration revision in force. */
  readonly revision: number;
  /** How many workers listen, and how many should. */
  readonly workers: number;
  readonly wanted: number;
  /** Trusted issuers whose keys could not be had yet: their tokens get 503, everything else works. */
  readonly issuersWithoutKeys: readonly string[];
  /** Our own issuer, where it runs beside the gateway. */
  readonly issuer?: 'up' | 'down';
}

export interface AdminSource {
  health(): Health;
  /** Prometheus text. */
  metrics(): Promise<string>;
  /** The record of a request that was refused a while ago, as JSON. */
  refusal(requestId: string): Promise<string | undefined>;
  readonly pages?: AdminPages | undefined;
}

/**
 * `/livez`, `/readyz` and `/metrics`, for probes and Prometheus; `/refusals/<id>`, for who knows the id of a refused
 * request; `/reasons/<code>`, what a reason code means; and pages that others bring. Read only; it never speaks of tokens.
 */
export async function startAdminServer(address: Address, source: AdminSource): Promise<Server> {
  const onLoopback = isLoopbackHost(formatAddress(address));
  const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000 }, (request, response) => {
    // A web page could point a name of its own at loopback and read what stands here (DNS rebinding).
    if (onLoopback && !isLoopbackHost(request.headers.host)) {
      return answer(response, 421, 'text/plain', 'this listener is asked for by its loopback address\n');
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return answer(response, 405, 'text/plain', 'only GET\n');
    }
    switch (request.url) {
      case '/livez':
        return answer(response, 200, 'text/plain', 'ok\n');
      case '/readyz': {
        const health = source.health();
        return answer(response, health.ready ? 200 : 503, 'application/json', `${JSON.stringify(health)}\n`);
      }
      case '/metrics':
        void source.metrics().then(
          (text) => answer(response, 200, 'text/plain; version=0.0.4; charset=utf-8', text),
          () => answer(response, 500, 'text/plain', 'metrics could not be collected\n'),
        );
        return;
      default:
        void answerNamed(request, response, source).catch(() => {
          if (response.headersSent) response.destroy();
          else answer(response, 500, 'text/plain', 'this could not be answered\n');
        });
    }
  });
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(address, done);
  });
  return server;
}

async function answerNamed(
  request: IncomingMessage,
  response: ServerResponse,
  source: AdminSource,
): Promise<void> {
  const { pages } = source;
  if (pages !== undefined && (await pages.answer(request, response))) return;
  const { url = '' } = request;
  const [, kind, name = ''] = /^\/(reasons|refusals)\/([A-Za-z0-9._:-]{1,128})$/.exec(url) ?? [];
  if (kind === undefined) {
    return answer(
      response,
      404,
      'text/plain',
      `here are ${pages === undefined ? '' : `${pages.where}, `}/livez, /readyz, /metrics, /reasons/<code> and /refusals/<request id>\n`,
    );
  }
  if (kind === 'reasons') {
    const page = reasonPage(name);
    return answer(
      response,
      page === undefined ? 404 : 200,
      'text/plain; charset=utf-8',
      page ?? 'no such reason\n',
    );
  }
  const line = await source.refusal(name);
  if (line === undefined)
    return answer(response, 404, 'text/plain', 'no refused request of that id is remembered\n');
  answer(response, 200, 'application/json', line);
}

function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body);
}
