import { IncomingMessage } from 'node:http';
import { handleOf } from '../tokens/token-handle.ts';

/** Bytes. The largest that has a use holds a token and an assertion of 16 KB each. */
export const MAX_BODY = 48 * 1024;

/** The body as text; undefined when it is too large, or the client went away. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      length += chunk.length;
      if (length > MAX_BODY) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The same form with the JWT in `token` replaced by its handle. */
export function withHandles(form: string): string {
  const fields = [...new URLSearchParams(form)].map(([name, value]) => [
    name,
    name === 'token' ? handleOf(value) : value,
  ]);
  return new URLSearchParams(fields as [string, string][]).toString();
}

/** The same request with another body. */
export function withBody(request: IncomingMessage, body: string): IncomingMessage {
  const other = new IncomingMessage(request.socket);
  const bytes = Buffer.from(body);
  other.method = request.method ?? 'POST';
  other.url = request.url ?? '/';
  other.headers = { ...request.headers, 'content-length': String(bytes.length) };
  delete other.headers['transfer-encoding'];
  other.complete = true; // else its end would count as a broken connection
  other.push(bytes);
  other.push(null);
  return other;
}
