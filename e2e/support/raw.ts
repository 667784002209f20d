import { connect, type Socket } from 'node:net';

/** Sends exactly these bytes and gives all that comes back until the peer closes, or `quiet` ms pass in silence. */
export function exchangeRaw(url: string, bytes: string | Buffer, quiet = 500): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((done, fail) => {
    const socket: Socket = connect(Number(port), hostname);
    let received = '';
    const finish = (): void => {
      socket.destroy();
      done(received);
    };
    socket.setTimeout(quiet, finish);
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    socket.once('close', finish);
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') fail(error);
    });
    socket.write(bytes);
  });
}

/** The status codes of the responses in a raw answer, in order. */
export function statuses(answer: string): number[] {
  return [...answer.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));
}
