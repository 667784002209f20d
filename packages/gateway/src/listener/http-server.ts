import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { type Address, answer, type Config } from '@portcullis/guard';
import type { TrustedProxies } from '@portcullis/guard/node';
import { GATEWAY_REASONS, type GatewayReason } from '../errors.ts';
import { newRequestId } from '../http/request-id.ts';
import type { Certificates } from '../tls/certificates.ts';
import { type ConnectionOptions, HttpConnection, type Patience } from './http-connection.ts';
import type { HttpRequest } from './http-request.ts';
import type { HttpResponse } from './http-response.ts';
import type { Peer } from './peer.ts';

/** How often connections are looked at for heads that take too long, and for being unused. Milliseconds. */
const CHECK_INTERVAL = 1000;
/** How long a connection may be unused while the worker ends. Milliseconds. */
const DRAIN_PATIENCE = 500;

export type Handler = (request: HttpRequest, response: HttpResponse) => void;

export interface HttpServerOptions {
  readonly gateway: Config['gateway'];
  readonly proxies: TrustedProxies;
  readonly handle: Handler;
  /** What every response says of the listener: name, value pairs. */
  readonly listenerFields: readonly string[];
  /** Told of requests that never became one: their head was malformed, too large or too slow. */
  readonly onBrokenHead: (reason: GatewayReason, address: string, requestId: string) => void;
  /** The worker is about to stop: unused connections close soon. */
  readonly isDraining: () => boolean;
  /** Absent: plain HTTP. */
  readonly certificates?: Certificates | undefined;
  /** Told of connections that never became secure. */
  readonly onHandshakeFailure: () => void;
}

/** The listener that clients speak to: HTTP/1.1, strictly, with limits and timeouts on all of it. */
export class HttpServer {
  readonly #server: Server;
  readonly #options: HttpServerOptions;
  readonly #connections = new Set<HttpConnection>();
  readonly #connectionOptions: ConnectionOptions;
  readonly #checking: NodeJS.Timeout;

  constructor(options: HttpServerOptions) {
    const { gateway, certificates } = options;
    this.#options = options;
    this.#connectionOptions = {
      maxHead: gateway.maxHead,
      onRequest: options.handle,
      onBrokenHead: (reason, peer, response) => this.#refuse(reason, peer, response),
    };
    const accept = (socket: Socket): void => this.#accept(socket);
    // Half open: what is left to be said to who sends nothing more is said before the connection ends.
    this.#server =
      certificates === undefined
        ? createServer({ noDelay: true, allowHalfOpen: true }, accept)
        : secureServer(certificates, options, accept);
    this.#server.maxConnections = gateway.maxConnections;
    this.#checking = setInterval(() => this.#check(), CHECK_INTERVAL);
    this.#server.once('close', () => clearInterval(this.#checking));
  }

  /** @throws an error of the system when it cannot listen */
  listen(address: Address): Promise<void> {
    return new Promise((done, fail) => {
      this.#server.once('error', fail);
      // Each worker has a queue of its own, and the kernel spreads connections over them.
      this.#server.listen({ ...address, reusePort: process.platform === 'linux' }, () => done());
    });
  }

  /** How many connections are open, also those that are not secure yet. */
  countConnections(): Promise<number> {
    return new Promise((done) => {
      this.#server.getConnections((_error, count) => done(count ?? 0));
    });
  }

  /**
   * Takes no new connections; those that are there go on.
   *
   * @param onEnd called once all of them have ended
   */
  stopListening(onEnd: () => void): void {
    this.#server.close(onEnd);
  }

  /** Closes the connections on which no request is being served. */
  closeIdle(): void {
    for (const connection of this.#connections) connection.closeWhenIdle();
  }

  /** Breaks all connections off. */
  closeAll(): void {
    for (const { socket } of this.#connections) socket.destroy();
  }

  #accept(socket: Socket): void {
    const connection = new HttpConnection(socket, this.#peerOf(socket), this.#connectionOptions);
    this.#connections.add(connection);
    socket.once('close', () => this.#connections.delete(connection));
  }

  #peerOf({ remoteAddress = 'unknown' }: Socket): Peer {
    const { proxies, certificates } = this.#options;
    const address = remoteAddress.startsWith('::ffff:') ? remoteAddress.slice(7) : remoteAddress;
    return { address, trusted: proxies.has(address), secure: certificates !== undefined };
  }

  #check(): void {
    const { timeouts } = this.#options.gateway;
    const now = performance.now();
    const patience: Patience = {
      head: timeouts.head * 1000,
      // A client that was promised to be kept may have sent its next request already: it is served, and then told.
      unused: this.#options.isDraining() ? DRAIN_PATIENCE : timeouts.keepAlive * 1000,
      stalled: timeouts.idle * 1000,
    };
    for (const connection of this.#connections) connection.check(now, patience);
  }

  #refuse(reason: GatewayReason, peer: Peer, response: HttpResponse): void {
    const requestId = newRequestId().text;
    const { status } = GATEWAY_REASONS[reason];
    const { title, headers, body } = answer({ status, reason }, requestId);
    const length = ['content-length', String(body.length)];
    response.begin(status, title, [...headers, ...this.#options.listenerFields, ...length]);
    response.end(body);
    this.#options.onBrokenHead(reason, peer.address, requestId);
  }
}

/** Its connections end with their clients' side: while one is not secure yet, nobody here would see that. */
function secureServer(
  certificates: Certificates,
  { gateway, onHandshakeFailure }: HttpServerOptions,
  onConnection: (socket: Socket) => void,
): Server {
  const options: TlsOptions = {
    noDelay: true,
    ...certificates.first,
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: gateway.timeouts.head * 1000,
    SNICallback: (host, done) => done(null, certificates.contextFor(host)),
  };
  const server = createTlsServer(options, onConnection);
  certificates.onFirst = (first) => server.setSecureContext(first);
  server.on('tlsClientError', (_error, socket) => {
    onHandshakeFailure();
    socket.destroy();
  });
  server.once('close', () => certificates.close());
  return server;
}
