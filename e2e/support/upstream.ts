import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import type { After } from './after.ts';

export interface Received {
  readonly method: string;
  readonly url: string;
  /** As received: name, value, name, value. */
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Upstream {
  readonly url: string;
  /** The requests that arrived, in order. */
  readonly received: Received[];
  readonly server: Server;
}

/** An upstream that tells what arrived, as JSON, or answers as `listener` says. It ends with the test. */
export async function startUpstream(t: After, listener?: RequestListener): Promise<Upstream> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    if (listener !== undefined) return listener(request, response);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', rawHeaders, headers } = request;
      const seen = { method, url, rawHeaders, headers, body: Buffer.concat(chunks).toString() };
      received.push(seen);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(seen));
    });
  });
  const url = await listen(server);
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url, received, server };
}

/** An upstream that speaks raw bytes: `onConnection` gets each socket. */
export async function startRawUpstream(t: After, onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return listen(server);
}

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  return `http://127.0.0.1:${address.port}`;
}
