const NEWLINE = 0x0a;

/**
 * The lines of a stream of bytes that hold `needle`, one at a time. Memory is bounded: a line longer than `maxLine`
 * bytes is passed over, and lines without the needle are never decoded.
 */
export async function* linesWith(
  chunks: AsyncIterable<Uint8Array>,
  needle: string,
  maxLine = 256 * 1024,
): AsyncGenerator<string> {
  const wanted = Buffer.from(needle);
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let overlong = false;

  const finish = (tail: Buffer): string | undefined => {
    const line = pending.length === 0 ? tail : Buffer.concat([...pending, tail]);
    const usable = !overlong && line.byteLength <= maxLine && line.includes(wanted);
    pending = [];
    pendingBytes = 0;
    overlong = false;
    return usable ? line.toString('utf8') : undefined;
  };

  for await (const bytes of chunks) {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const line = finish(chunk.subarray(start, end));
      if (line !== undefined) yield line;
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    overlong ||= pendingBytes + rest.byteLength > maxLine;
    if (overlong) pending = [];
    else if (rest.byteLength > 0) pending.push(rest);
    pendingBytes += rest.byteLength;
  }
  const last = finish(Buffer.alloc(0));
  if (last !== undefined) yield last;
}
