/** The endpoints that there are, by what they are called in the metadata (RFC 8414 §2). Everything else is 404. */
export const PATHS = {
  token: '/token',
  revocation: '/token/revocation',
  introspection: '/token/introspection',
  jwks: '/jwks',
  openid: '/.well-known/openid-configuration',
  oauth: '/.well-known/oauth-authorization-server',
} as const;

/** Those that take a credential, and so are limited. */
export const CREDENTIAL_PATHS: ReadonlySet<string> = new Set([
  PATHS.token,
  PATHS.revocation,
  PATHS.introspection,
]);
/** Those where a JWT may come in the body as `token`. */
export const TOKEN_PATHS: ReadonlySet<string> = new Set([PATHS.revocation, PATHS.introspection]);
export const DOCUMENT_PATHS: ReadonlySet<string> = new Set([PATHS.jwks, PATHS.openid, PATHS.oauth]);

/** Where credentials are taken, as the metadata names it. */
export function credentialUrls(issuer: string): string[] {
  return [...CREDENTIAL_PATHS].map((path) => endpointUrl(issuer, path));
}

export function endpointUrl(issuer: string, path: string): string {
  return `${issuer.replace(/\/$/, '')}${path}`;
}
