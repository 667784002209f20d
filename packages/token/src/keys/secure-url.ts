import { PolicyError } from '../errors.ts';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Is the host of this URL the machine itself, by its very spelling? */
export function isLoopbackUrl(url: URL): boolean {
  return LOOPBACK.test(url.hostname);
}

/** May keys be fetched from here? Only by https, or by http on a loopback host; without user and password. */
export function isSecureUrl(url: URL): boolean {
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackUrl(url));
  return secure && url.username === '' && url.password === '';
}

/** Reads a URL that keys may depend on. Throws {@link PolicyError}. */
export function readSecureUrl(text: string): URL {
  if (!URL.canParse(text)) throw new PolicyError('url_invalid', 'this is no URL');
  const url = new URL(text);
  if (!isSecureUrl(url)) throw new PolicyError('url_invalid', `${url.protocol}//${url.host}`);
  return url;
}
