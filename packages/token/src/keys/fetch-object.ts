import { type JsonObject, parseStrictObject, StrictJsonError } from '../jws/strict-json.ts';
import type { Fetch, FetchAnswer } from './fetch.ts';

export interface FetchedObject {
  readonly object: JsonObject;
  /** How long the server says the answer is fresh, in seconds; undefined when it does not say. */
  readonly freshFor: number | undefined;
}

/** Why a key set, or what tells where it is, could not be had; the message holds nothing the server sent. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
  /** What the server answered with, when that was the reason. */
  readonly status: number | undefined;
  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

/** Fetches one JSON object; bound to the limits and the deadline of one load. Rejects with {@link FetchError}. */
export type ReadObject = (url: string) => Promise<FetchedObject>;

/**
 * Makes the reader of one load, which may fetch more than once. Within bounds: no redirect, one deadline for all
 * heads and bodies, a cap on the bytes of each answer.
 *
 * @param limits.timeout seconds, from now on
 */
export function objectReader(
  limits: { readonly fetch: Fetch; readonly timeout: number; readonly maxBytes: number },
  closed: AbortSignal,
): ReadObject {
  const deadline = AbortSignal.timeout(limits.timeout * 1000);
  const signal = AbortSignal.any([deadline, closed]);
  return async (url) => {
    try {
      const response = await limits.fetch(url, {
        redirect: 'error',
        credentials: 'omit',
        headers: { accept: 'application/jwk-set+json, application/json' },
        signal,
      });
      if (response.status !== 200) {
        await response.body?.cancel();
        throw new FetchError(`status ${response.status}`, response.status);
      }
      const object = parseStrictObject(await readBody(response, limits.maxBytes));
      return { object, freshFor: freshness(response.headers) };
    } catch (error) {
      throw error instanceof FetchError ? error : new FetchError(reasonOf(error, deadline));
    }
  };
}

async function readBody(response: FetchAnswer, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop early cancels the rest of the body.
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw new FetchError(`answer longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** RFC 9111: max-age less the time the answer spent in caches on the way; no-store and no-cache are 0. */
function freshness(headers: FetchAnswer['headers']): number | undefined {
  const directives = (headers.get('cache-control') ?? '')
    .toLowerCase()
    .split(',')
    .map((directive) => directive.trim());
  if (directives.includes('no-store') || directives.includes('no-cache')) return 0;
  const maxAge = directives.find((directive) => /^max-age="?\d+"?$/.test(directive));
  if (maxAge === undefined) return undefined;
  const age = headers.get('age') ?? '';
  return Math.max(
    0,
    deltaSeconds(maxAge.replaceAll(/\D/g, '')) - (/^\d+$/.test(age) ? deltaSeconds(age) : 0),
  );
}

/** RFC 9111 section 1.2.2: too large a number counts as 2^31. Two infinite ones would have no difference. */
function deltaSeconds(digits: string): number {
  return Math.min(Number(digits), 2 ** 31);
}

function reasonOf(error: unknown, deadline: AbortSignal): string {
  if (deadline.aborted) return 'timeout';
  if (error instanceof StrictJsonError) return `not the JSON expected: ${error.reason}`;
  // fetch hides the cause, such as ECONNREFUSED or a refused redirect, one level down.
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error) {
    const code: unknown = 'code' in cause ? cause.code : undefined;
    return typeof code === 'string' ? code : cause.message.slice(0, 200);
  }
  return error instanceof Error ? error.message.slice(0, 200) : 'failed';
}
