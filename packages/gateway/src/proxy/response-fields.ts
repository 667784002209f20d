import { type Forward, isReservedCookie } from '@portcullis/guard';
import type { Fields } from '../http/fields.ts';
import type { HttpRequest } from '../listener/http-request.ts';
import type { ResponseHead } from '../upstream/response-head.ts';
import { connectionNamed, isHopByHop } from './hop-by-hop.ts';

/**
 * The field lines for the client: the upstream's, less those of its hop, those that the gateway answers for itself
 * (CORS, the request id) and cookies that only our own issuer may set.
 *
 * @param own what the gateway says itself: name, value pairs; the upstream's word on it does not count
 * @param keepTrailer pass `Trailer` on, because the client said `TE: trailers` and will get them
 */
export function responseFields(
  { status, fields, connection }: Pick<ResponseHead, 'status' | 'fields' | 'connection'>,
  forward: Forward,
  own: readonly string[],
  keepTrailer: boolean,
): string[] {
  const out: string[] = [...own];
  const named = connection === undefined ? NOTHING_NAMED : connectionNamed(connection);
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string;
    const value = fields[i + 1] as string;
    if (says(own, name) || forward.stripsResponse(name)) continue;
    if (isHopByHop(name) && !(name === 'trailer' && keepTrailer)) continue;
    if (named.length > 0 && named.includes(name)) continue;
    if (status === 204 && name === 'content-length') continue; // RFC 9110 section 8.6
    if (name === 'set-cookie' && !forward.issuerCookies && isReservedCookie(value)) continue;
    out.push(name, value);
  }
  for (const part of forward.responseHeaders) out.push(part);
  return out;
}

const NOTHING_NAMED: readonly string[] = [];

function says(own: readonly string[], name: string): boolean {
  for (let i = 0; i < own.length; i += 2) if (own[i] === name) return true;
  return false;
}

/**
 * Whether trailers were announced and can follow: only a chunked body has a place for them.
 */
export function mayHaveTrailers(
  request: Pick<HttpRequest, 'method' | 'minorVersion'>,
  { status, length, announcesTrailers }: Pick<ResponseHead, 'status' | 'length' | 'announcesTrailers'>,
): boolean {
  if (!announcesTrailers || length !== -1) return false;
  if (request.method === 'HEAD' || status === 204 || status === 304) return false;
  return request.minorVersion > 0;
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
export function trailerFields(trailers: Fields, forward: Forward): string[] {
  const out: string[] = [];
  for (let i = 0; i < trailers.length; i += 2) {
    const name = trailers[i] as string;
    if (NEVER_TRAILERS.has(name) || isHopByHop(name) || forward.stripsResponse(name)) continue;
    out.push(name, trailers[i + 1] as string);
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
