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

/** @returns undefined when the bytes are no such text */
export function headText(bytes: Buffer, from: number, end: number): HeadText | undefined {
  if ((end > from && bytes[end - 1] !== LF) || !isSound(bytes, from, end)) return undefined;
  return bytes.toString('latin1', from, end) as HeadText;
}

/** Four bytes at a look, since every request goes through here; those that hold a control character one by one. */
function isSound(bytes: Buffer, from: number, end: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = from;
  for (; at + BYTES_PER_LOOK <= end; at += BYTES_PER_LOOK) {
    if (holdsControl(view.getInt32(at, true)) && !areSound(bytes, from, at, at + BYTES_PER_LOOK))
      return false;
  }
  return areSound(bytes, from, at, end);
}

/** Whether any of four bytes may be below 0x20, or is 0x7f: then its highest bit is set in one of the two terms. */
function holdsControl(four: number): boolean {
  const notDelete = four ^ 0x7f7f7f7f;
  const below = (four - 0x20202020) & ~four;
  const equal = (notDelete - 0x01010101) & ~notDelete;
  return ((below | equal) & 0x80808080) !== 0;
}

function areSound(bytes: Buffer, first: number, from: number, end: number): boolean {
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
