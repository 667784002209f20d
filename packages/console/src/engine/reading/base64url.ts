const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** What can be made of a part that may have been cut off. */
export interface LenientBytes {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** A last character that cannot stand for a whole byte: something is missing (RFC 4648 section 4). */
  readonly cutOff: boolean;
  /** Bits behind the last byte that should be zero: a second spelling of the same bytes. */
  readonly trailingBits: boolean;
}

/** Decodes characters of base64url as far as they go. `text` holds no others. */
export function decodeLeniently(text: string): LenientBytes {
  const cutOff = text.length % 4 === 1;
  const whole = cutOff ? text.slice(0, -1) : text;
  const unused = [0, 0, 0b1111, 0b11][whole.length % 4] ?? 0;
  const last = ALPHABET.indexOf(whole.charAt(whole.length - 1));
  return {
    bytes: Uint8Array.fromBase64(whole, { alphabet: 'base64url', lastChunkHandling: 'loose' }),
    cutOff,
    trailingBits: !cutOff && whole !== '' && (last & unused) !== 0,
  };
}

export function encodeBase64url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: 'base64url', omitPadding: true });
}

export function encodeText(text: string): string {
  return encodeBase64url(new TextEncoder().encode(text));
}
