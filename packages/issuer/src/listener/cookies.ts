/** The names of our cookies, and how browsers are to keep them (RFC 6265bis). */
export interface CookieNames {
  readonly session: string;
  readonly interaction: string;
  readonly resume: string;
  /** What a browser is remembered by, on which somebody signed in before. */
  readonly device: string;
  /** Ties the answer of another provider to the browser that was sent there. */
  readonly provider: string;
}

/**
 * Over TLS their names tell browsers to take them over TLS only, and the session's from this host only. The others belong to
 * one page each, which is why they are not tied to the root of the host.
 */
export function cookieNames(issuer: string): CookieNames {
  const secure = isSecure(issuer);
  return {
    session: `${secure ? '__Host-' : ''}portcullis_session`,
    interaction: `${secure ? '__Secure-' : ''}portcullis_interaction`,
    resume: `${secure ? '__Secure-' : ''}portcullis_resume`,
    device: `${secure ? '__Host-' : ''}portcullis_device`,
    provider: `${secure ? '__Secure-' : ''}portcullis_provider`,
  };
}

/** What is common to all of them. */
export function cookieOptions(issuer: string): {
  readonly httpOnly: true;
  readonly sameSite: 'lax';
  readonly secure: boolean;
  readonly signed: false;
  readonly overwrite: true;
} {
  // Lax, since people come back from elsewhere with a GET. What is random needs no signature.
  return { httpOnly: true, sameSite: 'lax', secure: isSecure(issuer), signed: false, overwrite: true };
}

/**
 * The attributes of a cookie that we set ourselves, in the words of `Set-Cookie`.
 *
 * @param seconds how long the browser keeps it; 0 ends it
 */
export function cookieAttributes(
  issuer: string,
  { path = '/', sameSite = 'Lax', seconds }: { path?: string; sameSite?: 'Lax' | 'Strict'; seconds: number },
): string {
  const secure = isSecure(issuer) ? '; Secure' : '';
  return `Path=${path}; HttpOnly; SameSite=${sameSite}; Max-Age=${seconds}${secure}`;
}

/** The name of the cookie in which a page's refresh token travels, one for each client. */
export function refreshCookieName(issuer: string, clientId: string): string {
  return `${isSecure(issuer) ? '__Host-' : ''}portcullis_refresh_${clientId.replaceAll('~', '%7E')}`;
}

function isSecure(issuer: string): boolean {
  return new URL(issuer).protocol === 'https:';
}
