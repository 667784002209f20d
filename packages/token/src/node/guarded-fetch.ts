import type { IncomingMessage } from 'node:http';
import { checkedAddresses, type GuardOptions, pinnedLookup, type ResolvedAddress } from './guarded-lookup.ts';

export type { GuardOptions, Resolve, ResolvedAddress } from './guarded-lookup.ts';

/** Statuses whose answers have no body (Fetch standard, null body status). */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * A `fetch` for key sets and issuer metadata that a stranger's DNS cannot turn against the network it runs in. A name
 * is resolved once; if any of its addresses is private, loopback, link-local, shared (RFC 6598), multicast or otherwise
 * not public, also in IPv4-mapped or NAT64 form, it rejects; else it connects to the very addresses that it judged. A
 * host spelled `localhost`, 127.x.x.x or [::1] is taken at its word and must be loopback. GET only; no redirects, no
 * cookies, no proxy, no shared connections, no compression.
 *
 * Rejects with a TypeError as fetch does; `cause` says why.
 */
export function guardedFetch(options: GuardOptions = {}): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    if (request.method !== 'GET') throw new TypeError('guardedFetch: GET only');
    try {
      const url = new URL(request.url);
      const signal = init?.signal ?? request.signal;
      const addresses = await untilAborted(checkedAddresses(url, options), signal);
      return await get(url, request.headers, signal, addresses);
    } catch (error) {
      throw new TypeError('fetch failed', { cause: error });
    }
  };
}

async function get(
  url: URL,
  headers: Headers,
  signal: AbortSignal,
  addresses: readonly ResolvedAddress[],
): Promise<Response> {
  // Loaded when first needed: with them comes all that Node can do with HTTP.
  const { request } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      agent: false,
      headers: { ...Object.fromEntries(headers), 'accept-encoding': 'identity' },
      lookup: pinnedLookup(addresses),
      // Said outright: NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment would turn it off.
      rejectUnauthorized: true,
      signal,
    });
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      try {
        resolve(responseOf(incoming));
      } catch (error) {
        incoming.destroy();
        reject(error);
      }
    });
    outgoing.end();
  });
}

function responseOf(incoming: IncomingMessage): Response {
  const { statusCode: status = 0 } = incoming;
  if (status >= 300 && status < 400) throw new Error('unexpected redirect');
  if (incoming.headers['content-encoding'] !== undefined) throw new Error('unexpected content-encoding');
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  if (WITHOUT_BODY.has(status)) {
    incoming.resume();
    return new Response(null, { status, headers });
  }
  return new Response(bodyOf(incoming), { status, headers });
}

function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = incoming[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    cancel() {
      incoming.destroy();
    },
  });
}

/** A resolver cannot be stopped, but nobody has to wait for it. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const stop = (): void => aborted.reject(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
    // Whichever of the two lost may still reject.
    work.catch(() => undefined);
    aborted.promise.catch(() => undefined);
  }
}
