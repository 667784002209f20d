/** Longest line of a chunk's size with its extensions, in bytes. */
export const LONGEST_CHUNK_LINE = 256;

/** The size of a chunk and its extensions (RFC 9112 section 7.1), without their line end. */
const CHUNK_LINE =
  /^([0-9A-Fa-f]{1,8})(?:;[!#$%&'*+.^_`|~\w-]+(?:=(?:[!#$%&'*+.^_`|~\w-]+|"[\t !#-[\]-~]*"))?)*$/;

/** @returns the size of the chunk in bytes, 0 for the last one; undefined when the line breaks the grammar */
export function readChunkLine(line: string): number | undefined {
  const [, size] = CHUNK_LINE.exec(line) ?? [];
  return size === undefined ? undefined : Number.parseInt(size, 16);
}
