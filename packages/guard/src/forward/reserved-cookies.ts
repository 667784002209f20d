/**
 * The cookies of our own issuer, by their names: `portcullis…`, also under the prefixes of RFC 6265bis section 4.1.3. An
 * upstream that shares its host must neither read nor set them.
 */
const RESERVED = /^[\s="]*(?:__host-|__secure-)?portcullis/i;
/** Some servers still take a comma for the end of a cookie (RFC 2965 section 3.3). */
const RESERVED_ANYWHERE = /(?:^|,)[\s="]*(?:__host-|__secure-)?portcullis/i;
const MARK = /portcullis/i;

/** True for a `Set-Cookie` value, or a cookie's name, that is reserved. */
export function isReservedCookie(cookie: string): boolean {
  return RESERVED.test(cookie);
}

/** A `Cookie` value (RFC 6265 section 4.2.1) without the reserved ones; undefined when nothing is left. */
export function withoutReservedCookies(value: string): string | undefined {
  if (!MARK.test(value)) return value;
  const kept = value.split(';').filter((cookie) => !RESERVED_ANYWHERE.test(cookie));
  const left = kept.join(';').trim();
  return left === '' ? undefined : left;
}
