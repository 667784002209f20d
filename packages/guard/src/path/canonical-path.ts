import {
  DOT,
  hexByte,
  IS_UNRESERVED,
  isHexDigit,
  KIND,
  OK,
  PERCENT,
  percentEncoded,
  REFUSED,
  SLASH,
} from './characters.ts';
import { utf8SequenceLength } from './utf8-sequence.ts';

/** Why a path has no canonical form, and where. */
export interface PathFault {
  readonly why: string;
  /** The index of the character at fault. */
  readonly at: number;
}

const NONE = -1;

/**
 * The one spelling of a path that is matched and forwarded: unreserved characters decoded, hex digits in upper case
 * (RFC 3986 §6.2.2). A path that two readers might understand differently has none and is refused: encoded slashes,
 * backslashes, control characters, dot segments, empty segments, ";" also when encoded, malformed UTF-8 or percent-encoding, double
 * encoding, and characters outside RFC 3986 pchar.
 * @param raw the path alone, without query
 * @returns the canonical path (the very same string when it already was), or the fault
 */
export function canonicalPath(raw: string): string | PathFault {
  if (raw.charCodeAt(0) !== 0x2f) return { why: 'does not start with a slash', at: 0 };
  return isPlain(raw) ? raw : new PathScan(raw).run();
}

/** The common case, told cheaply: nothing encoded, nothing refused, and no segment that is empty or starts with a dot. */
function isPlain(raw: string): boolean {
  let last = SLASH;
  for (let index = 1; index < raw.length; index += 1) {
    const code = raw.charCodeAt(index);
    const kind = code < 128 ? (KIND[code] ?? REFUSED) : REFUSED;
    if (kind === REFUSED || kind === PERCENT || (last === SLASH && kind !== OK)) return false;
    last = kind;
  }
  return true;
}

class PathScan {
  readonly #raw: string;
  #at = 1;
  /** What has been rewritten so far, and up to where of the raw path; nothing is copied until something must change. */
  #out = '';
  #copied = 0;
  /** Characters and dots in the segment under way. */
  #length = 0;
  #dots = 0;
  /** How many hex digits followed an encoded percent sign; NONE when there was none. */
  #afterPercent = NONE;

  constructor(raw: string) {
    this.#raw = raw;
  }

  run(): string | PathFault {
    const raw = this.#raw;
    while (this.#at < raw.length) {
      const code = raw.charCodeAt(this.#at);
      const kind = code < 128 ? KIND[code] : REFUSED;
      const fault =
        kind === OK || kind === DOT
          ? this.#character(code)
          : kind === SLASH
            ? this.#slash()
            : kind === PERCENT
              ? this.#percent()
              : refusedCharacter(code);
      if (fault !== undefined) return { why: fault, at: this.#at };
      this.#at += 1;
    }
    const fault = this.#dotSegment();
    if (fault !== undefined) return { why: fault, at: this.#at - 1 };
    return this.#copied === 0 ? raw : this.#out + raw.slice(this.#copied);
  }

  #character(code: number): string | undefined {
    this.#length += 1;
    if (code === 0x2e) this.#dots += 1;
    if (this.#afterPercent === NONE) return undefined;
    this.#afterPercent = isHexDigit(code) ? this.#afterPercent + 1 : NONE;
    return this.#afterPercent === 2 ? 'double encoding' : undefined;
  }

  #slash(): string | undefined {
    if (this.#length === 0) return 'empty segment';
    const fault = this.#dotSegment();
    this.#length = 0;
    this.#dots = 0;
    this.#afterPercent = NONE;
    return fault;
  }

  #dotSegment(): string | undefined {
    const onlyDots = this.#length === this.#dots && this.#length > 0;
    return onlyDots && this.#length <= 2 ? 'dot segment' : undefined;
  }

  #percent(): string | undefined {
    const byte = hexByte(this.#raw, this.#at + 1);
    if (byte === -1) return 'malformed percent-encoding';
    if (byte >= 0x80) return this.#multiByte(byte);
    if (byte === 0x2f) return 'encoded slash';
    if (byte === 0x5c) return 'encoded backslash';
    if (byte === 0x3b) return 'encoded semicolon';
    if (byte < 0x20 || byte === 0x7f) return 'encoded control character';
    if (IS_UNRESERVED[byte] === 1) {
      this.#replace(3, String.fromCharCode(byte));
      return this.#character(byte);
    }
    this.#length += 1;
    this.#afterPercent = byte === 0x25 ? 0 : NONE;
    this.#upperCase(byte);
    return undefined;
  }

  #multiByte(first: number): string | undefined {
    const bytes = utf8SequenceLength(this.#raw, this.#at, first);
    if (bytes === 0) return 'malformed UTF-8';
    // U+0080 to U+009F are control characters as well.
    if (first === 0xc2 && hexByte(this.#raw, this.#at + 4) < 0xa0) return 'encoded control character';
    this.#length += 1;
    this.#afterPercent = NONE;
    for (let index = 0; index < bytes; index += 1) {
      this.#upperCase(hexByte(this.#raw, this.#at + 1));
      if (index < bytes - 1) this.#at += 1;
    }
    return undefined;
  }

  /** Steps over one %xx, whose digits are kept in upper case; leaves the scan on its last character. */
  #upperCase(byte: number): void {
    const encoded = percentEncoded(byte);
    if (this.#raw.startsWith(encoded, this.#at)) this.#at += 2;
    else this.#replace(3, encoded);
  }

  /** Puts `by` in the place of the next `count` raw characters; leaves the scan on the last of them. */
  #replace(count: number, by: string): void {
    this.#out += this.#raw.slice(this.#copied, this.#at) + by;
    this.#copied = this.#at + count;
    this.#at += count - 1;
  }
}

function refusedCharacter(code: number): string {
  if (code < 0x20 || code === 0x7f) return 'control character';
  if (code === 0x5c) return 'backslash';
  if (code === 0x3b) return 'semicolon';
  if (code === 0x23) return 'fragment';
  return code > 0x7f ? 'character outside ASCII' : 'character not allowed in a path';
}
