import type { Socket } from 'node:net';
import type { After } from '../../support/after.ts';
import { startRawUpstream } from '../../support/upstream.ts';
import { valuesOf } from './grammar.ts';
import { type ReadRequest, readRequests } from './read-requests.ts';

/** The field by which a request is known again on the other side of the gateway. */
export const TAG = 'x-tag';

/** An upstream that takes nothing but perfect HTTP/1.1, and compares it with what clients have sent. */
export interface StrictUpstream {
  readonly url: string;
  /** Everything that no client had sent, or that was no sound HTTP, in words. */
  readonly faults: string[];
  /** How many whole requests arrived. */
  arrived(): number;
  /** Announces what a client's bytes hold, before they are sent; the return value takes it back. */
  expect(requests: readonly ReadRequest[]): () => void;
  /** Ends the connections that the gateway keeps for later. */
  hangUp(): void;
}

export function tagOf(message: Pick<ReadRequest, 'fields'>): string {
  return valuesOf(message.fields, TAG).join('|');
}

/** Starts it; it answers each request with its own tag. It ends with the test. */
export async function startStrictUpstream(t: After): Promise<StrictUpstream> {
  const expected = new Map<string, ReadRequest[]>();
  const faults: string[] = [];
  const sockets = new Set<Socket>();
  let arrived = 0;

  const wasSent = (seen: ReadRequest): boolean => {
    const candidates = expected.get(tagOf(seen)) ?? [];
    const at = candidates.findIndex((sent) => isSame(seen, sent));
    if (at === -1) return false;
    if (seen.complete) candidates.splice(at, 1); // one request sent is one request here
    return true;
  };
  const judge = (seen: ReadRequest): void => {
    if (seen.complete) arrived += 1;
    if (!wasSent(seen)) faults.push(`no client sent ${seen.complete ? 'this' : 'this part'}: ${show(seen)}`);
  };

  const url = await startRawUpstream(t, (socket) => {
    sockets.add(socket);
    let waiting: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      waiting = Buffer.concat([waiting, chunk]);
      if (/^[\r\n]/.test(waiting.toString('latin1', 0, 1))) faults.push('an empty line before a request');
      const { requests, consumed, rest } = readRequests(waiting);
      for (const request of requests.filter(({ complete }) => complete)) {
        judge(request);
        answer(socket, request);
      }
      if (rest === 'malformed') {
        faults.push(`malformed: ${JSON.stringify(waiting.toString('latin1', consumed, consumed + 1000))}`);
        socket.destroy();
      }
      waiting = waiting.subarray(consumed);
    });
    socket.once('close', () => {
      sockets.delete(socket);
      for (const request of readRequests(waiting).requests) judge(request);
    });
  });
  return {
    url,
    faults,
    arrived: () => arrived,
    hangUp() {
      for (const socket of sockets) socket.end();
    },
    expect(requests) {
      for (const request of requests) {
        expected.set(tagOf(request), [...(expected.get(tagOf(request)) ?? []), request]);
      }
      return () => {
        for (const request of requests) {
          const others = (expected.get(tagOf(request)) ?? []).filter((other) => other !== request);
          if (others.length === 0) expected.delete(tagOf(request));
          else expected.set(tagOf(request), others);
        }
      };
    },
  };
}

/** What is cut off may be a part of what was sent, never the whole of something that was not sent whole. */
function isSame(seen: ReadRequest, sent: ReadRequest): boolean {
  if (seen.method !== sent.method || (seen.complete && !sent.complete)) return false;
  return seen.complete ? seen.body === sent.body : sent.body.startsWith(seen.body);
}

function answer(socket: Socket, request: ReadRequest): void {
  const tag = tagOf(request);
  const body = request.method === 'HEAD' ? '' : tag;
  // The first of a stream in chunks, the others in one piece: both framings come by.
  const framing = tag.endsWith('0')
    ? `Transfer-Encoding: chunked\r\n\r\n${chunked(body, request.method)}`
    : `Content-Length: ${tag.length}\r\n\r\n${body}`;
  socket.write(`HTTP/1.1 200 OK\r\n${TAG}: ${tag}\r\n${framing}`, 'latin1');
}

function chunked(body: string, method: string): string {
  if (method === 'HEAD') return '';
  return body === '' ? '0\r\n\r\n' : `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
}

function show({ method, target, fields, body }: ReadRequest): string {
  return JSON.stringify({ method, target, fields, body: body.slice(0, 500) });
}
