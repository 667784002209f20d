/** What the path scan does with each ASCII character (RFC 3986 §3.3). */
export const OK = 0;
export const REFUSED = 1;
export const SLASH = 2;
export const DOT = 3;
export const PERCENT = 4;

const UNRESERVED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~';
/** The sub-delims, ":" and "@" of pchar; not ";", which some servers read as the start of path parameters. */
const DELIMITERS = "!$&'()*+,=:@";
const HEX = '0123456789ABCDEF';

export const KIND = new Uint8Array(128).fill(REFUSED);
export const IS_UNRESERVED = new Uint8Array(128);
/** The value of a hex digit, or 255. */
const HEX_VALUE = new Uint8Array(128).fill(255);

for (const character of UNRESERVED + DELIMITERS) KIND[character.charCodeAt(0)] = OK;
for (const character of UNRESERVED) IS_UNRESERVED[character.charCodeAt(0)] = 1;
for (const [value, digit] of [...HEX].entries()) {
  HEX_VALUE[digit.charCodeAt(0)] = value;
  HEX_VALUE[digit.toLowerCase().charCodeAt(0)] = value;
}
KIND['/'.charCodeAt(0)] = SLASH;
KIND['.'.charCodeAt(0)] = DOT;
KIND['%'.charCodeAt(0)] = PERCENT;

/** The byte written as %xx with its first digit at `at`, or -1. */
export function hexByte(text: string, at: number): number {
  // charCodeAt past the end is NaN, and NaN & 0x7f is 0, which is no hex digit.
  const high = text.charCodeAt(at);
  const low = text.charCodeAt(at + 1);
  if (high > 127 || low > 127) return -1;
  const first = HEX_VALUE[high & 0x7f] ?? 255;
  const second = HEX_VALUE[low & 0x7f] ?? 255;
  return first === 255 || second === 255 ? -1 : first * 16 + second;
}

export function isHexDigit(code: number): boolean {
  return code < 128 && HEX_VALUE[code] !== 255;
}

export function percentEncoded(byte: number): string {
  return `%${HEX.charAt(byte >> 4)}${HEX.charAt(byte & 15)}`;
}
