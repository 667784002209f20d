import type { IncomingMessage } from 'node:http';
import type { Fetch, FetchAnswer, FetchInit } from '../keys/fetch.ts';
import { checkedAddresses, type GuardOptions, pinnedLookup, type ResolvedAddress } from './guarded-lookup.ts';

export type { GuardOptions, Resolve, ResolvedAddress } from './guarded-lookup.ts';

/** Statuses whose answers have no body (Fetch standard, null body status). */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * A `fetch` for key sets and issuer metadata that a stranger's DNS cannot turn against the network it runs in. A name
 * is resolved once; if any of its addresses is private, loopback, link-local, shared (RFC 6598), multicast or otherwise
 * not public, also in IPv4-mapped or NAT64 form, it rejects; else it connects to the very addresses that it judged. A
 * host spelled `localhost`, 127.x.x.x or [::1] is taken at its word and must be loopback. GET only; no redirects, no
 * cookies, no proxy, no shared connections, no compression, no user and password in the URL.
 *
 * Rejects with a TypeError as fetch does; `cause` says why.
 */
export function guardedFetch(options: GuardOptions = {}): Fetch {
  return async (text, { headers, signal }) => {
    try {
      const url = new URL(text);
      if (url.username !== '' || url.password !== '') throw new Error('the URL holds credentials');
      const addresses = await untilAborted(checkedAddresses(url, options), signal);
      return await get(url, headers, signal, addresses);
    } catch (error) {
      throw new TypeError('fetch failed', { cause: error });
    }
  };
}

/** With Node's HTTP client, not with its fetch, which takes a tenth of a second of a gateway's start to load. */
function get(
  url: URL,
  headers: FetchInit['headers'],
  signal: AbortSignal,
  addresses: readonly ResolvedAddress[],
): Promise<FetchAnswer> {
  // Loaded when first needed, and without all that `import` would load of it, which is fetch again.
  const { request } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http');
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      agent: false,
      headers: { ...headers, 'accept-encoding': 'identity' },
      lookup: pinnedLookup(addresses),
      // Said outright: NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment would turn it off.
      rejectUnauthorized: true,
      signal,
    });
    outgoing.once('error', reject);
    // Also without a word, as after a 101. Once it is answered, this says nothing any more.
    outgoing.once('close', () => reject(new Error('closed without an answer')));
    outgoing.once('response', (incoming) => {
      try {
        resolve(answerOf(incoming));
      } catch (error) {
        incoming.destroy();
        reject(error);
      }
    });
    outgoing.end();
  });
}

function answerOf(incoming: IncomingMessage): FetchAnswer {
  const { statusCode: status = 0, headersDistinct } = incoming;
  if (status >= 300 && status < 400) throw new Error('unexpected redirect');
  if (incoming.headers['content-encoding'] !== undefined) throw new Error('unexpected content-encoding');
  const headers = { get: (name: string) => headersDistinct[name.toLowerCase()]?.join(', ') ?? null };
  if (WITHOUT_BODY.has(status)) {
    incoming.resume();
    return { status, headers, body: null };
  }
  return { status, headers, body: bodyOf(incoming) };
}

/** Who leaves before its end gives the connection up. */
function bodyOf(incoming: IncomingMessage): NonNullable<FetchAnswer['body']> {
  return {
    [Symbol.asyncIterator]: () => incoming[Symbol.asyncIterator](),
    async cancel() {
      incoming.destroy();
    },
  };
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
