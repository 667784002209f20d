import { jwksUriOf } from '../discovery/metadata.ts';
import { metadataUrls } from '../discovery/metadata-urls.ts';
import type { JsonObject } from '../jws/strict-json.ts';
import { type Fetch, platformFetch } from '../keys/fetch.ts';
import { FetchError, objectReader } from '../keys/fetch-object.ts';
import { readSecureUrl } from '../keys/secure-url.ts';

/** One look-up may take so long, in seconds, and each answer be so long, in bytes: as for a key source. */
const TIMEOUT = 5;
const LONGEST_ANSWER = 512 * 1024;

/** A key set, and where it was found. */
export interface FoundKeySet {
  readonly jwksUri: string;
  readonly jwks: Readonly<JsonObject>;
}

/** How a look-up fetches. */
export interface LookUpOptions {
  /** Default: that of the platform. */
  readonly fetch?: Fetch;
}

/**
 * Fetches a key set once, because somebody asked for it.
 *
 * @param url https, or http on a loopback host
 * @throws {PolicyError} for another URL
 * @throws {FetchError} when it cannot be had
 */
export async function lookUpKeySet(url: string, options: LookUpOptions = {}): Promise<FoundKeySet> {
  readSecureUrl(url);
  const { object } = await reader(options)(url);
  return { jwksUri: url, jwks: object };
}

/**
 * Finds the key set of an issuer by its metadata (OpenID Connect Discovery 1.0 section 4, RFC 8414 section 3), which
 * must name the very issuer, and fetches it once.
 *
 * @throws {PolicyError} for an issuer that is no https URL (http on loopback hosts)
 * @throws {FetchError} when it cannot be had, or belongs to another
 */
export async function lookUpIssuer(issuer: string, options: LookUpOptions = {}): Promise<FoundKeySet> {
  const read = reader(options);
  const refusals: string[] = [];
  for (const url of metadataUrls(issuer)) {
    try {
      const { object } = await read(url);
      const jwksUri = jwksUriOf(object, issuer);
      return { jwksUri, jwks: (await read(jwksUri)).object };
    } catch (error) {
      if (!(error instanceof FetchError)) throw error;
      refusals.push(`${url}: ${error.message}`);
    }
  }
  throw new FetchError(refusals.join('; '));
}

function reader({ fetch = platformFetch }: LookUpOptions) {
  const limits = { fetch, timeout: TIMEOUT, maxBytes: LONGEST_ANSWER };
  return objectReader(limits, new AbortController().signal);
}
