import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { type Forward, isReservedCookie } from '@portcullis/guard';
import { connectionNamed, isHopByHop } from './hop-by-hop.ts';

/**
 * The field lines for the client: the upstream's, less those of its hop, those that the gateway answers for itself
 * (CORS, the request id) and cookies that only our own issuer may set.
 *
 * @param own what the gateway says itself: name, value pairs; the upstream's word on it does not count
 * @param keepTrailer pass `Trailer` on, because the client said `TE: trailers` and will get them
 */
export function responseFields(
  headers: IncomingHttpHeaders,
  forward: Forward,
  own: readonly string[],
  keepTrailer: boolean,
): string[] {
  const out: string[] = [...own];
  const named = headers.connection === undefined ? [] : connectionNamed(headers.connection);
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value === undefined || says(own, name) || forward.stripsResponse(name)) continue;
    if (isHopByHop(name) && !(name === 'trailer' && keepTrailer)) continue;
    if (named.length > 0 && named.includes(name)) continue;
    pushLines(out, name, value, name === 'set-cookie' && !forward.issuerCookies);
  }
  for (const part of forward.responseHeaders) out.push(part);
  return out;
}

/** @param guarded an upstream sets no cookies of our own issuer */
function pushLines(out: string[], name: string, value: string | readonly string[], guarded: boolean): void {
  if (typeof value === 'string') {
    if (!guarded || !isReservedCookie(value)) out.push(name, value);
    return;
  }
  for (const line of value) if (!guarded || !isReservedCookie(line)) out.push(name, line);
}

function says(own: readonly string[], name: string): boolean {
  for (let i = 0; i < own.length; i += 2) if (own[i] === name) return true;
  return false;
}

/**
 * Whether trailers were announced and can follow: only a chunked body has a place for them, and Node throws at a
 * `Trailer` field on anything else.
 */
export function mayHaveTrailers(
  request: Pick<IncomingMessage, 'method' | 'httpVersionMinor'>,
  status: number,
  headers: IncomingHttpHeaders,
): boolean {
  if (headers.trailer === undefined || headers['content-length'] !== undefined) return false;
  if (request.method === 'HEAD' || status === 204 || status === 304) return false;
  return request.httpVersionMinor > 0;
}

/** Whether the body has a transfer coding beside `chunked`, which ends here (RFC 9112 section 7). */
export function hasOtherCoding(headers: IncomingHttpHeaders): boolean {
  const coding = headers['transfer-encoding'];
  return coding !== undefined && (typeof coding !== 'string' || coding.toLowerCase() !== 'chunked');
}

/** Fields that would change what a response means, or who it is for, when they came after its body (RFC 9110 section 6.5.1). */
const NEVER_TRAILERS: ReadonlySet<string> = new Set([
  'authorization',
  'cache-control',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'host',
  'location',
  'set-cookie',
  'www-authenticate',
  'x-request-id',
]);

/** The trailers for the client: name, value pairs, less what may not stand there. */
export function trailerFields(trailers: IncomingHttpHeaders, forward: Forward): [string, string][] {
  const out: [string, string][] = [];
  for (const [name, value] of Object.entries(trailers)) {
    if (value === undefined || NEVER_TRAILERS.has(name)) continue;
    if (isHopByHop(name) || forward.stripsResponse(name)) continue;
    for (const line of [value].flat()) out.push([name, line]);
  }
  return out;
}

/** Visible ASCII and spaces: what can be repeated to the client. A phrase beyond that means nothing anyway. */
export function isReasonPhrase(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 32 || code > 126) return false;
  }
  return true;
}
