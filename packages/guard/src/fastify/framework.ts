import type { Auth } from '../protect/authenticated.ts';
import type { Reader } from '../protect/protection.ts';

interface RouterOptions {
  readonly caseSensitive?: boolean;
  readonly ignoreTrailingSlash?: boolean;
}

/** What is read of Fastify's request, and the one member that is written. */
export interface FastifyRequestLike {
  readonly id: string;
  readonly raw: {
    readonly method?: string | undefined;
    /** What Fastify routes by, after `rewriteUrl` if there is one. */
    readonly url?: string | undefined;
    readonly rawHeaders: readonly string[];
    readonly socket: { readonly remoteAddress?: string | undefined };
  };
  readonly server: {
    readonly initialConfig: RouterOptions & { readonly routerOptions?: RouterOptions };
  };
  auth?: Auth | undefined;
}

/** What is used of Fastify's reply. */
export interface FastifyReplyLike {
  code(status: number): unknown;
  header(name: string, value: string): unknown;
  getHeader(name: string): unknown;
  send(body?: Uint8Array): unknown;
}

/** What the plugin uses of the instance it is registered on. */
export interface FastifyInstanceLike<R> {
  hasRequestDecorator(name: string): boolean;
  decorateRequest(name: 'auth', value: undefined): unknown;
  addHook(name: 'onRequest', hook: (request: R, reply: FastifyReplyLike) => Promise<unknown>): unknown;
}

export const fastifyReader: Reader<FastifyRequestLike> = {
  head: ({ raw }) => ({ method: raw.method ?? '', target: raw.url ?? '', headers: raw.rawHeaders }),
  // Not request.ip: that may be what a forwarding header says.
  address: ({ raw }) => raw.socket.remoteAddress,
  // The id under which Fastify logs the request.
  requestId: ({ id }) => id,
};

/** Rules of routes hold only where Fastify tells paths apart as the rules do, which it does by default. */
export function checkRouting({ server: { initialConfig } }: FastifyRequestLike): void {
  const options: RouterOptions = { ...initialConfig, ...initialConfig.routerOptions };
  if (options.caseSensitive !== false && options.ignoreTrailingSlash !== true) return;
  throw new Error('protect({ configuration }) needs caseSensitive: true and ignoreTrailingSlash: false');
}
