import type { ClientKind } from '@portcullis/store';

const MAX_URI = 2_000;

/**
 * What is wrong with a URI that people are to be sent back to (RFC 6749 §3.1.2, RFC 8252 §7 and §8.5); undefined for a good
 * one. They are compared as a whole, so that what cannot be compared well is not let in.
 */
export function redirectUriFault(uri: string, kind: ClientKind): string | undefined {
  if (uri.length > MAX_URI) return `it is longer than ${MAX_URI} characters`;
  if (/[\s\p{C}\\*]/u.test(uri)) return 'it holds a space, a backslash or a wildcard';
  const url = URL.parse(uri);
  if (url === null) return 'it is no absolute URI';
  if (uri.includes('#')) return 'it has a fragment';
  if (url.username !== '' || url.password !== '' || /^[^/?]*\/\/[^/?]*@/.test(uri))
    return 'it holds user information';
  if (/(?:^|\/)\.{1,2}(?:\/|$|\?)/.test(url.pathname) || uri.includes('/../')) return 'its path climbs';
  if (
    url.host !== '' &&
    !uri.startsWith(`${url.protocol}//${url.host}`) &&
    !uri.startsWith(`${url.protocol}//${url.hostname}:`)
  ) {
    return 'its scheme and host are written in lower case';
  }
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol === 'https:') return undefined;
  if (url.protocol === 'http:') return isLoopback ? undefined : 'plain http is for loopback only: use https';
  if (kind !== 'native') return 'only a native application may have a scheme of its own: use https';
  return url.protocol.includes('.')
    ? undefined
    : 'a scheme of its own is a reversed domain name, as com.example.app:';
}
