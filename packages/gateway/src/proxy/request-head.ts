import type { Framing } from '../listener/framing.ts';

/** Methods whose requests ought to say that they have no body (RFC 9110 section 8.6). */
const EXPECT_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/**
 * The request line and the field lines for an upstream, each with its line end, without the empty line behind them
 * (RFC 9112 section 3). Each character is one byte.
 *
 * @param fields name, value pairs; they hold `content-length` where the client has told it
 */
export function requestHead({
  method,
  target,
  host,
  fields,
  framing,
}: {
  readonly method: string;
  readonly target: string;
  readonly host: string;
  readonly fields: readonly string[];
  readonly framing: Framing;
}): string {
  let tellsLength = framing.length !== 0 || !EXPECT_BODY.has(method);
  let head = `${method} ${target} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n`;
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i] === 'content-length') tellsLength = true;
    head += `${fields[i]}: ${fields[i + 1]}\r\n`;
  }
  if (framing.length < 0) head += 'transfer-encoding: chunked\r\n';
  else if (!tellsLength) head += 'content-length: 0\r\n';
  return head;
}
