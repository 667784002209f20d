import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { After } from '../../support/after.ts';
import { resetConnection } from '../../support/reset-connection.ts';
import { startRawUpstream } from '../../support/upstream.ts';
import { type Lie, makeLie, marked } from './lies.ts';
import { Random } from './random.ts';
import { type ReadRequest, readRequests } from './read-requests.ts';
import { TAG, tagOf } from './strict-upstream.ts';

/** The path that is always answered truthfully, after a moment. */
export const HONEST = 'honest';
const HONEST_DELAY = 100;

export interface LyingUpstream {
  readonly url: string;
  /** What was said to the request with this tag last. */
  lieTo(tag: string): Lie | undefined;
  /** How often each kind of lie was told. */
  readonly told: ReadonlyMap<string, number>;
  hangUp(): void;
}

/** Starts an upstream that answers hardly anything as it should. It ends with the test. */
export async function startLyingUpstream(t: After, seed: number): Promise<LyingUpstream> {
  const lies = new Map<string, Lie>();
  const told = new Map<string, number>();
  const sockets = new Set<Socket>();

  /** Told one after the other on each connection: bytes of two at once would be nobody's to tell apart. */
  const telling = new WeakMap<Socket, Promise<void>>();

  const answer = (socket: Socket, request: ReadRequest): void => {
    const tag = tagOf(request);
    if (request.target.includes(HONEST)) {
      const bytes = `HTTP/1.1 200 OK\r\n${TAG}: ${tag}\r\nContent-Length: ${marked(tag).length}\r\n\r\n${marked(tag)}`;
      setTimeout(() => socket.write(bytes), HONEST_DELAY);
      return;
    }
    const lie = makeLie(new Random(seed, Number(tag.replace(/\D/g, ''))), tag, request.method);
    lies.set(tag, lie);
    told.set(lie.name, (told.get(lie.name) ?? 0) + 1);
    if (lies.size > 5000) for (const old of [...lies.keys()].slice(0, 1000)) lies.delete(old);
    const before = telling.get(socket) ?? Promise.resolve();
    telling.set(
      socket,
      before.then(() => tell(socket, lie)),
    );
  };

  const url = await startRawUpstream(t, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    let waiting: Buffer = Buffer.alloc(0);
    // Some requests are answered as soon as their head is there.
    let answeredEarly = false;
    socket.on('data', (chunk: Buffer) => {
      waiting = Buffer.concat([waiting, chunk]);
      const { requests, consumed } = readRequests(waiting);
      for (const request of requests) {
        const early = !request.complete && /[02468]$/.test(tagOf(request));
        if (!answeredEarly && (request.complete || early)) answer(socket, request);
        answeredEarly = !request.complete && (answeredEarly || early);
      }
      waiting = waiting.subarray(consumed);
    });
  });
  return {
    url,
    told,
    lieTo: (tag) => lies.get(tag),
    hangUp() {
      for (const socket of sockets) socket.end();
    },
  };
}

async function tell(socket: Socket, { parts, pause, end }: Lie): Promise<void> {
  for (const [at, part] of parts.entries()) {
    if (!socket.writable) return;
    socket.write(part);
    if (at < parts.length - 1) await sleep(pause);
  }
  if (end === 'close') socket.end();
  else if (end === 'reset') setTimeout(() => resetConnection(socket), pause);
}
