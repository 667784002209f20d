import { hexByte } from './characters.ts';

/**
 * The length in bytes of the well-formed UTF-8 sequence (RFC 3629) that is percent-encoded at `at`, where `first` is
 * its first byte, above 0x7f; 0 when it is malformed: overlong, a surrogate, beyond U+10FFFF, or cut short.
 */
export function utf8SequenceLength(text: string, at: number, first: number): number {
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return 0;
  for (let index = 1; index < length; index += 1) {
    const offset = at + index * 3;
    if (text.charCodeAt(offset) !== 0x25) return 0;
    const byte = hexByte(text, offset + 1);
    if (byte < 0x80 || byte > 0xbf) return 0;
    if (index === 1 && !secondByteFits(first, byte)) return 0;
  }
  return length;
}

/** The bounds on the second byte rule out overlong forms, surrogates and what lies beyond U+10FFFF. */
function secondByteFits(first: number, second: number): boolean {
  if (first === 0xe0) return second >= 0xa0;
  if (first === 0xed) return second <= 0x9f;
  if (first === 0xf0) return second >= 0x90;
  if (first === 0xf4) return second <= 0x8f;
  return true;
}
