import type { Auth } from '../protect/authenticated.ts';
import type { Reader } from '../protect/protection.ts';

/** What is read of Express's request, and the one member that is written. */
export interface ExpressRequest {
  readonly method: string;
  /** What is left of the target below the place where a router is mounted. */
  readonly url: string;
  readonly originalUrl: string;
  readonly baseUrl: string;
  readonly rawHeaders: readonly string[];
  readonly socket: { readonly remoteAddress?: string | undefined };
  readonly app: { enabled(setting: string): boolean };
  auth?: Auth | undefined;
}

export const expressReader: Reader<ExpressRequest> = {
  head: (request) => ({
    method: request.method,
    target: targetOf(request),
    headers: request.rawHeaders,
  }),
  // Not request.ip: that may be what a forwarding header says.
  address: ({ socket }) => socket.remoteAddress,
};

/**
 * The target as it was sent, also below a mounted router; but where another middleware has rewritten it, the one that
 * Express goes on to route by: what is decided on must be what is served.
 */
function targetOf({ url, originalUrl, baseUrl }: ExpressRequest): string {
  const routed = baseUrl + url;
  // At its mount, Express writes the empty rest of a path as "/".
  const atMount = url === '/' || url.startsWith('/?');
  return atMount && baseUrl + url.slice(1) === originalUrl ? originalUrl : routed;
}
