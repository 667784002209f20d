import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Address, addressKey, type Limiter, type LimitRule } from '@portcullis/guard';
import { clientAddress, type TrustedProxies } from '@portcullis/guard/node';
import { leaveBody, MAX_BODY, readBody, withHandles } from './body.ts';
import { DOCUMENT_PATHS, endpointName, methodsOf, PATHS, TOKEN_PATHS } from './public-paths.ts';
import { rememberInfo } from './request-info.ts';

/** Bytes. */
const MAX_HEAD = 16 * 1024;
/** Milliseconds. */
const HEAD_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 15_000;
const KEEP_ALIVE = 65_000;
const MAX_CONNECTIONS = 10_000;
/** A year (RFC 6797 §6.1.1). */
const HSTS = 'max-age=31536000';

/** A document that anybody may read and keep for a while. */
export interface PublicDocument {
  readonly type: string;
  readonly body: string;
  /** Seconds. */
  readonly maxAge: number;
}

/** What answers requests now; replaced as a whole when keys or the configuration change. */
export interface Generation {
  /** The path under which the issuer lives; empty, or with a slash at its beginning and none at its end. */
  readonly basePath: string;
  readonly documents: ReadonlyMap<string, PublicDocument>;
  /** Requests of an address to endpoints that take a credential, and to documents: neither uses up what the other has. */
  readonly limits: { readonly credentials: LimitRule; readonly documents: LimitRule };
  readonly proxies: TrustedProxies;
  /** The protocol's endpoints. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** What pages in browsers ask for, and what people see; the first that has a path answers, the last what nobody has. */
  readonly rooms: readonly Room[];
  /** The scheme and host by which everybody knows us, whatever this request calls us. */
  readonly origin: { readonly protocol: string; readonly host: string };
}

/** Paths that belong together. */
export interface Room {
  /** @param path below the issuer's own */
  has(path: string): boolean;
  handle(request: IncomingMessage, response: ServerResponse, path: string, body: string): Promise<void>;
}

export interface ListenerOptions {
  readonly current: () => Generation;
  readonly limiter: Limiter;
  readonly onAnswer: (endpoint: string, status: number) => void;
}

/** The issuer's public face: bounded in every direction before anything of a request is believed. */
export async function openListener(address: Address, options: ListenerOptions): Promise<Server> {
  const server = createServer(
    {
      maxHeaderSize: MAX_HEAD,
      headersTimeout: HEAD_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      keepAliveTimeout: KEEP_ALIVE,
    },
    (request, response) => {
      serve(request, response, options).catch(() => response.destroy());
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(address, () => {
      server.off('error', fail);
      done();
    });
  });
  return server;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { current, limiter, onAnswer }: ListenerOptions,
): Promise<void> {
  const generation = current();
  const id = randomUUID();
  const peer = request.socket.remoteAddress ?? '';
  const forwarded = request.headers['x-forwarded-for'];
  const address = clientAddress(
    peer,
    Array.isArray(forwarded) ? forwarded.join(',') : forwarded,
    generation.proxies,
  );
  const path = pathOf(request.url ?? '', generation.basePath);
  response.setHeader('x-request-id', id);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('content-security-policy', "frame-ancestors 'none'");
  if (generation.origin.protocol === 'https') response.setHeader('strict-transport-security', HSTS);
  response.once('close', () => onAnswer(endpointOf(path), response.statusCode));

  const document = path === undefined ? undefined : generation.documents.get(path);
  const rule = document === undefined ? generation.limits.credentials : generation.limits.documents;
  const wait = limiter.take(rule, addressKey(address), Date.now() / 1000);
  if (wait > 0) {
    response.setHeader('retry-after', String(Math.max(1, Math.ceil(wait))));
    refuse(request, response, 429, 'temporarily_unavailable');
  } else if (document !== undefined) sendDocument(request, response, document);
  else if (path === undefined) refuse(request, response, 404, 'not_found');
  else {
    rememberInfo(request, { id, address });
    await serveEndpoint(request, response, path, generation);
  }
}

/** Everything that is no document, in the order of what costs least. */
async function serveEndpoint(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  generation: Generation,
): Promise<void> {
  const methods = methodsOf(path);
  // What is nowhere is told to people in a page.
  const room =
    methods === undefined
      ? (generation.rooms.find((one) => one.has(path)) ??
        (isOfPerson(request) ? generation.rooms.at(-1) : undefined))
      : undefined;
  if (methods === undefined && room === undefined) {
    refuse(request, response, 404, 'not_found');
    return;
  }
  const { method = '' } = request;
  if (methods !== undefined && !methods.includes(method)) {
    response.setHeader('allow', methods.join(', '));
    refuse(request, response, 405, 'invalid_request');
    return;
  }
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY) {
    refuse(request, response, 413, 'invalid_request');
    return;
  }
  const body = await readBody(request);
  if (body === undefined) {
    refuse(request, response, 413, 'invalid_request');
    return;
  }
  if (room !== undefined) {
    await room.handle(request, response, path, body);
    return;
  }
  leaveBody(request, TOKEN_PATHS.has(path) ? withHandles(body) : body);
  generation.handle(rebased(request, path, generation), response);
}

/** Shows a request to the library as it came to the name that we are known by, below our own path. */
export function rebased(
  request: IncomingMessage,
  path: string,
  { origin, basePath }: Pick<Generation, 'origin' | 'basePath'>,
): IncomingMessage {
  const query = (request.url ?? '').split('?', 2)[1];
  const url = query === undefined ? path : `${path}?${query}`;
  request.headers['x-forwarded-proto'] = origin.protocol;
  request.headers['x-forwarded-host'] = origin.host;
  delete request.headers['x-forwarded-for'];
  // The library takes what stands before `url` in it for the path that it lives under.
  return Object.assign(request, { url, originalUrl: basePath + url });
}

/** A browser that goes to a page (RFC 9110 §12.5.1). */
function isOfPerson({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && (headers.accept ?? '').includes('text/html');
}

/** The path below the issuer's own, without a query; undefined when it is not there. */
function pathOf(url: string, basePath: string): string | undefined {
  const [path = ''] = url.split('?', 1);
  // The metadata of an issuer with a path stands before that path (RFC 8414 §3.1), and below it (OpenID Connect).
  if (basePath !== '' && path.endsWith(basePath) && DOCUMENT_PATHS.has(path.slice(0, -basePath.length))) {
    return path.slice(0, -basePath.length);
  }
  return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : undefined;
}

function sendDocument(request: IncomingMessage, response: ServerResponse, document: PublicDocument): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    refuse(request, response, 405, 'invalid_request');
    return;
  }
  request.resume();
  response.writeHead(200, {
    'content-type': document.type,
    'content-length': Buffer.byteLength(document.body),
    'cache-control': `public, max-age=${document.maxAge}`,
    // Whoever checks tokens in a page needs them, and they are no secret.
    'access-control-allow-origin': '*',
  });
  response.end(request.method === 'HEAD' ? undefined : document.body);
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number, error: string): void {
  // What is still on its way is not waited for.
  if (!request.complete) response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify({ error }));
}

function endpointOf(path: string | undefined): string {
  if (path === undefined) return 'other';
  if (DOCUMENT_PATHS.has(path)) return path === PATHS.jwks ? 'jwks' : 'metadata';
  return endpointName(path);
}
