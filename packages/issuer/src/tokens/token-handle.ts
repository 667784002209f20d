/**
 * oidc-provider refuses JWTs at its revocation and introspection endpoints before it looks for them. So a JWT goes to it
 * under a name that does not look like one, and its adapter takes the name back.
 */
const PREFIX = 'jwt~';
const JWT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const HANDLE = /^jwt~([A-Za-z0-9_-]+)~([A-Za-z0-9_-]+)~([A-Za-z0-9_-]+)$/;

/** The handle of a JWT; anything else stays as it is. */
export function handleOf(token: string): string {
  return JWT.test(token) ? PREFIX + token.replaceAll('.', '~') : token;
}

/** The JWT that a handle stands for; undefined for anything else. `~` is no letter of base64url, so that it is unambiguous. */
export function tokenOf(handle: string): string | undefined {
  return HANDLE.exec(handle)?.slice(1).join('.');
}
