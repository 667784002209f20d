import type { IncomingMessage } from 'node:http';
import { handleOf } from '../tokens/token-handle.ts';

/** Bytes. The largest that has a use holds a token and an assertion of 16 KB each. */
export const MAX_BODY = 48 * 1024;

/** The body as text; undefined when it is too large, or the client went away. */
export function readBody(request: IncomingMessage): Promise<string | undefined> {
  return new Promise((done) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MAX_BODY) chunks.push(chunk);
      else done(undefined);
    });
    request.once('end', () => done(length <= MAX_BODY ? Buffer.concat(chunks).toString('utf8') : undefined));
    request.once('close', () => done(undefined));
    request.once('error', () => done(undefined));
  });
}

/** The same form with the JWT in `token` replaced by its handle. */
export function withHandles(form: string): string {
  const fields = [...new URLSearchParams(form)].map(([name, value]) => [
    name,
    name === 'token' ? handleOf(value) : value,
  ]);
  return new URLSearchParams(fields as [string, string][]).toString();
}

/** Leaves the body where the library looks for one that was read before it came. */
export function leaveBody(request: IncomingMessage, body: string): void {
  Object.assign(request, { body });
}
