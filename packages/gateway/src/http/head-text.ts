declare const checked: unique symbol;

/**
 * The text of a head, or of trailers: each character one byte. Only lines that end in CR LF are in it, no other CR or LF and no
 * control character but HTAB (RFC 9112 section 2.2, RFC 9110 section 5.5), and the last line has its end.
 */
export type HeadText = string & { readonly [checked]: true };

const CR = 13;
const LF = 10;
const TAB = 9;
const SPACE = 32;
const DELETE = 127;
const BYTES_PER_LOOK = 4;

/**
 * Room for any head within the default limits. Bytes are seen by four through a view of their memory: to copy them where there is
 * one takes less time than to make one for each buffer.
 */
const copyByFour = new Int32Array(8192);
const copy = Buffer.from(copyByFour.buffer);

/** @returns undefined when the bytes are no such text */
export function headText(bytes: Buffer, from: number, end: number): HeadText | undefined {
  if ((end > from && bytes[end - 1] !== LF) || !isSound(bytes, from, end)) return undefined;
  return bytes.toString('latin1', from, end) as HeadText;
}

/** Four bytes at a look, since every request goes through here; those that may hold a control character one by one. */
function isSound(bytes: Buffer, from: number, end: number): boolean {
  const length = end - from;
  if (length > copy.length) return areSound(bytes, from, end, from);
  bytes.copy(copy, 0, from, end);
  const looks = length >>> 2;
  for (let look = 0; look < looks; look += 1) {
    const at = look * BYTES_PER_LOOK;
    if (holdsControl(copyByFour[look] as number) && !areSound(copy, at, at + BYTES_PER_LOOK)) return false;
  }
  return areSound(copy, looks * BYTES_PER_LOOK, length);
}

/**
 * Whether any of four bytes may be a control character. A byte below 0x20 has its highest bit set once 0x20 is taken from it, 0x7f
 * once 1 is added, and neither had it before. Borrows and carries between bytes may flag one that is sound, and never miss one.
 */
function holdsControl(four: number): boolean {
  return (((four - 0x20202020) | (four + 0x01010101)) & ~four & 0x80808080) !== 0;
}

/** @param first where the text begins */
function areSound(bytes: Buffer, from: number, end: number, first = 0): boolean {
  for (let at = from; at < end; at += 1) {
    const code = bytes[at] as number;
    if (code === CR) {
      if (bytes[at + 1] !== LF) return false;
    } else if (code === LF) {
      if (at === first || bytes[at - 1] !== CR) return false;
    } else if ((code < SPACE && code !== TAB) || code === DELETE) return false;
  }
  return true;
}
