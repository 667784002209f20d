/** What a link carries in its fragment. */
export interface Shared {
  readonly token: string;
  /** A public JWK as JSON; empty: none. */
  readonly key: string;
}

/** Members of a JWK that whoever verifies may know; everything else stays here. */
const PUBLIC_MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e', 'pub', 'alg', 'kid', 'use'];
/** Ours, and those of OAuth 2.0 and OpenID Connect answers, whose addresses people paste. */
const TOKEN_PARAMETERS = ['token', 'access_token', 'id_token'];
/** Longest fragment that is read, in characters. */
const LONGEST = 64 * 1024;

/**
 * The fragment of a link: a token, or only its header and payload, and a public key. Of the key nothing but public
 * members is taken, whatever it holds; a shared key is never taken.
 */
export function fragmentOf(token: string, jwk: Readonly<Record<string, unknown>> | undefined): string {
  const parameters = new URLSearchParams({ token });
  if (jwk !== undefined && jwk['kty'] !== 'oct') {
    parameters.set('key', JSON.stringify(publicMembers(jwk)));
  }
  return `#${parameters.toString()}`;
}

/** Reads the fragment of a link; undefined when it carries no token. */
export function readFragment(fragment: string): Shared | undefined {
  if (fragment.length > LONGEST) return undefined;
  const parameters = new URLSearchParams(fragment.replace(/^#/, ''));
  const token = TOKEN_PARAMETERS.map((name) => parameters.get(name)).find((value) => value);
  if (!token) return undefined;
  return { token, key: publicOnly(parameters.get('key')) };
}

/** A token without its signature: two parts, and the dot that says a third is left out. */
export function withoutSignature(token: string): string {
  const [header = '', payload = ''] = token.split('.');
  return `${header}.${payload}.`;
}

function publicMembers(jwk: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = PUBLIC_MEMBERS.filter((name) => typeof jwk[name] === 'string');
  return Object.fromEntries(names.map((name) => [name, jwk[name]]));
}

/** A public JWK, or nothing: whoever made the link does not choose a secret that tokens verify with. */
function publicOnly(text: string | null): string {
  try {
    const value: unknown = JSON.parse(text ?? '');
    if (typeof value !== 'object' || value === null) return '';
    const jwk = publicMembers({ ...value });
    return typeof jwk['kty'] === 'string' && jwk['kty'] !== 'oct' ? JSON.stringify(jwk) : '';
  } catch {
    return '';
  }
}
