import { base64url } from 'jose';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const ONLY_ALPHABET = /^[A-Za-z0-9_-]*$/;

/**
 * Decodes base64url in its one canonical spelling (RFC 7515 section 2): no padding, no white space, only the
 * URL-safe alphabet, and unused bits of the last character zero. Other spellings of the same bytes would give
 * one token many names, and every list of tokens (cache, revocation) a way around it.
 *
 * @returns the bytes, or undefined when the text is not canonical base64url.
 */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!ONLY_ALPHABET.test(text)) return undefined;
  const rest = text.length % 4;
  if (rest === 1) return undefined;
  if (rest !== 0) {
    const unused = rest === 2 ? 0b1111 : 0b11;
    if ((ALPHABET.indexOf(text.charAt(text.length - 1)) & unused) !== 0) return undefined;
  }
  return base64url.decode(text) as Uint8Array<ArrayBuffer>; // memory of its own, never shared between threads
}
