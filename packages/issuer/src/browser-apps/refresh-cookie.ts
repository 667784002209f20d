import type { IncomingMessage } from 'node:http';

/** How a refresh token travels in a cookie that no script can read, one for each client (RFC 6265bis §4.1.3.2). */
export function refreshCookie(
  issuer: string,
  clientId: string,
): { readonly name: string; readonly attributes: string } {
  const secure = issuer.startsWith('https:');
  return {
    name: `${secure ? '__Host-' : ''}portcullis_refresh_${clientId.replaceAll('~', '%7E')}`,
    attributes: `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`,
  };
}

/** Requests whose refresh token came in its cookie: in a form, a page could have read it. */
const fromCookie = new WeakSet<IncomingMessage>();

export function rememberFromCookie(request: IncomingMessage): void {
  fromCookie.add(request);
}

export function isFromCookie(request: IncomingMessage): boolean {
  return fromCookie.has(request);
}
