import { connect, type Socket } from 'node:net';
import { PATIENCE } from './processes.ts';

/** A connection whose every byte the test decides. */
export interface RawConnection {
  readonly socket: Socket;
  send(bytes: string | Buffer): void;
  /** All that came back so far, as Latin-1. */
  received(): string;
  /** Waits until what came back matches; the whole of it. Rejects when the peer closes before. */
  until(pattern: RegExp): Promise<string>;
  /** Waits until the peer has closed; all that came back. */
  closed(): Promise<string>;
  close(): void;
}

/** Opens a raw connection to `http://host:port`. */
export async function openRaw(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true, allowHalfOpen: true });
  let text = '';
  let over = false;
  const watchers = new Set<() => void>();
  const changed = (): void => {
    for (const watcher of watchers) watcher();
  };
  const ended = (): void => {
    over = true;
    socket.destroy();
    changed();
  };
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    changed();
  });
  socket.on('error', () => {}); // a reset is an end too
  socket.once('end', ended).once('close', ended);

  function wait(done: () => boolean, what: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const look = (): void => {
      if (done()) resolve(text);
      else if (over) reject(new Error(`closed before ${what}; got: ${JSON.stringify(text.slice(0, 2000))}`));
    };
    const timer = setTimeout(
      () => reject(new Error(`no ${what} in time; got: ${JSON.stringify(text.slice(0, 2000))}`)),
      PATIENCE,
    );
    watchers.add(look);
    look();
    return promise.finally(() => {
      clearTimeout(timer);
      watchers.delete(look);
    });
  }

  await new Promise<void>((done) => socket.once('connect', done).once('close', () => done()));
  return {
    socket,
    send: (bytes) => {
      socket.write(bytes, 'latin1');
    },
    received: () => text,
    until: (pattern) => wait(() => pattern.test(text), String(pattern)),
    closed: () => wait(() => over, 'end of the connection'),
    close: () => socket.destroy(),
  };
}

/** A request head with its field lines; `Host` is added. */
export function head(requestLine: string, ...fields: string[]): string {
  return [`${requestLine} HTTP/1.1`, 'Host: gateway.test', ...fields, '', ''].join('\r\n');
}
