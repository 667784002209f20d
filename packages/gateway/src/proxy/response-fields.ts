import type { IncomingHttpHeaders } from 'node:http';
import type { Forward } from '@portcullis/guard';
import { connectionNamed, isHopByHop } from './hop-by-hop.ts';

/**
 * The field lines for the client: the upstream's, less those of its hop and those that the gateway answers for
 * itself (CORS, the request id).
 *
 * @param keepTrailer pass `Trailer` on, because the client said `TE: trailers` and will get them
 */
export function responseFields(
  headers: IncomingHttpHeaders,
  forward: Forward,
  requestId: string,
  keepTrailer: boolean,
): string[] {
  const out: string[] = ['x-request-id', requestId];
  const named = headers.connection === undefined ? [] : connectionNamed(headers.connection);
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value === undefined || name === 'x-request-id' || forward.stripsResponse(name)) continue;
    if (isHopByHop(name) && !(name === 'trailer' && keepTrailer)) continue;
    if (named.length > 0 && named.includes(name)) continue;
    if (typeof value === 'string') out.push(name, value);
    else for (const line of value) out.push(name, line);
  }
  for (const part of forward.responseHeaders) out.push(part);
  return out;
}
