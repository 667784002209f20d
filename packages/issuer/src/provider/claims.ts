/**
 * The only claims that an access token may carry (RFC 9068 §2.2). None of them says anything of a person but an opaque
 * `sub`: what a person is called has no place in a token that travels through logs.
 */
const ALLOWED = new Set([
  'iss',
  'sub',
  'aud',
  'exp',
  'iat',
  'nbf',
  'jti',
  'client_id',
  'scope',
  'roles',
  'sid',
  'auth_time',
  'acr',
  'amr',
]);

/** The claims of a token without those that it may not carry; valid from the moment it was issued. */
export function allowedClaims(claims: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const allowed = Object.entries(claims).filter(([name, value]) => ALLOWED.has(name) && value !== undefined);
  return { ...Object.fromEntries(allowed), nbf: claims['iat'] };
}
