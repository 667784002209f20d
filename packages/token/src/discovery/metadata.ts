import type { JsonObject } from '../jws/strict-json.ts';
import { FetchError } from '../keys/fetch-object.ts';
import { isLoopbackUrl, isSecureUrl } from '../keys/secure-url.ts';

/** How much of what a server calls itself is repeated in an error. */
const LONGEST = 200;

/**
 * Where the keys are, by the issuer's metadata (OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2). The metadata
 * must name the very issuer that was asked for, or one issuer could pass its keys off as another's. It comes from a
 * server, so it may not point at this machine unless the issuer is here too.
 *
 * @throws {FetchError}
 */
export function jwksUriOf(metadata: JsonObject, issuer: string): string {
  const { issuer: named, jwks_uri: jwksUri } = metadata;
  if (named !== issuer) {
    const other = typeof named === 'string' ? JSON.stringify(named.slice(0, LONGEST)) : 'missing';
    throw new FetchError(`the issuer it names is ${other}, not exactly ${JSON.stringify(issuer)}`);
  }
  if (typeof jwksUri !== 'string' || !URL.canParse(jwksUri)) throw new FetchError('it has no jwks_uri');
  const url = new URL(jwksUri);
  if (!isSecureUrl(url)) throw new FetchError('its jwks_uri is not https (http only on loopback hosts)');
  if (isLoopbackUrl(url) && !isLoopbackUrl(new URL(issuer))) {
    throw new FetchError('its jwks_uri is on loopback, and the issuer is not');
  }
  return url.href;
}
