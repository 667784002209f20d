import { base64url } from 'jose';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const ONLY_ALPHABET = /^[A-Za-z0-9_-]*$/;

/**
 * Whether a text is base64url in its one canonical spelling (RFC 7515 section 2): no padding, no white space, only the
 * URL-safe alphabet, and unused bits of the last character zero. Other spellings of the same bytes would give
 * one token many names, and every list of tokens (cache, revocation) a way around it.
 */
export function isBase64url(text: string): boolean {
  return ONLY_ALPHABET.test(text) && endsCanonically(text);
}

/** @returns the bytes, or undefined when the text is not canonical base64url; see {@link isBase64url} */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  // Not left to the decoder: there are some that take the other alphabet's characters too.
  if (!endsCanonically(text) || text.includes('+') || text.includes('/')) return undefined;
  let bytes: Uint8Array;
  try {
    bytes = base64url.decode(text);
  } catch {
    return undefined;
  }
  // Padding and white space, which decoders take, leave fewer bytes than the text has room for.
  if (bytes.length !== Math.floor((text.length * 3) / 4)) return undefined;
  return bytes as Uint8Array<ArrayBuffer>; // memory of its own, never shared between threads
}

/** Whether its length is one that whole bytes have, and the unused bits of the last character are zero. */
function endsCanonically(text: string): boolean {
  const rest = text.length % 4;
  if (rest === 0) return true;
  if (rest === 1) return false;
  const unused = rest === 2 ? 0b1111 : 0b11;
  return (ALPHABET.indexOf(text.charAt(text.length - 1)) & unused) === 0;
}
