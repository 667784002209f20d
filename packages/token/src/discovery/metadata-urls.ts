import { PolicyError } from '../errors.ts';
import { readSecureUrl } from '../keys/secure-url.ts';

/**
 * Where an issuer publishes what it is, in the order to ask: OpenID Connect Discovery 1.0 section 4 puts its well-known
 * path after the issuer's own, RFC 8414 section 3 before it. A slash that ends the issuer is left out in both.
 *
 * @throws {PolicyError} for an issuer that is no https URL (http only on loopback hosts) or has a query or fragment
 */
export function metadataUrls(issuer: string): readonly string[] {
  const { origin, pathname } = readSecureUrl(issuer);
  if (/[?#]/.test(issuer)) throw new PolicyError('url_invalid', `${origin}: a query or fragment`);
  const path = pathname.replace(/\/$/, '');
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ];
}
