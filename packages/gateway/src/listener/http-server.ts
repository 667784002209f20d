import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { answer, type Config } from '@portcullis/guard';
import type { TrustedProxies } from '@portcullis/guard/node';
import { GATEWAY_REASONS, type GatewayReason } from '../errors.ts';
import { Connection } from '../exchange/connection.ts';
import { createServer, createTlsServer, STATUS_CODES } from '../http/node-http.ts';
import type { Certificates } from '../tls/certificates.ts';

/** How often connections are looked at for heads that take too long, and for being unused. Milliseconds. */
const CHECK_INTERVAL = 1000;
/** How long a connection may be unused while the worker ends. Milliseconds. */
const DRAIN_PATIENCE = 500;

/** @param expectsContinue the client waits for `100 Continue` before it sends its body */
export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  connection: Connection,
  expectsContinue: boolean,
) => void;

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

export type ListeningServer = Server | TlsServer;

/** The listener that clients speak to: HTTP/1.1 by Node's strict parser, with limits and timeouts on all of it. */
export function createHttpServer(options: HttpServerOptions): ListeningServer {
  const { gateway, proxies, handle, listenerFields, onBrokenHead, certificates } = options;
  const connections = new Map<Socket, Connection>();
  const connectionOf = (socket: Socket): Connection => {
    let connection = connections.get(socket);
    if (connection === undefined) {
      connection = new Connection(socket, {
        isTrusted: (address) => proxies.has(address),
        secure: certificates !== undefined,
      });
      connections.set(socket, connection);
      socket.once('close', () => connections.delete(socket));
    }
    return connection;
  };

  const http: ServerOptions = {
    insecureHTTPParser: false,
    // The framing check asks for it, so that its absence is answered and logged like everything else.
    requireHostHeader: false,
    maxHeaderSize: gateway.maxHead,
    headersTimeout: gateway.timeouts.head * 1000,
    // The time for a body is that between two of its parts (timeouts.body), not for all of it.
    requestTimeout: 0,
    // A timer for each connection, set anew at each request, costs more than the look now and then below.
    keepAliveTimeout: 0,
    connectionsCheckingInterval: CHECK_INTERVAL,
    noDelay: true,
    optimizeEmptyRequests: true,
  };
  const server = certificates === undefined ? createServer(http) : secureServer(http, certificates, options);
  server.maxConnections = gateway.maxConnections;
  const unused = setInterval(() => {
    const now = performance.now();
    // A client that was promised to be kept may have sent its next request already: it is served, and then told.
    const patience = options.isDraining() ? DRAIN_PATIENCE : gateway.timeouts.keepAlive * 1000;
    for (const connection of connections.values()) {
      connection.closeWhenUnused(now, patience);
      connection.closeWhenStalled(now, gateway.timeouts.idle * 1000);
    }
  }, CHECK_INTERVAL);
  server.once('close', () => clearInterval(unused));
  server.on('request', (request, response) => {
    handle(request, response, connectionOf(request.socket), false);
  });
  server.on('checkContinue', (request, response) => {
    handle(request, response, connectionOf(request.socket), true);
  });
  // An expectation we do not know may be ignored (RFC 9110 section 10.1.1); it is not passed on either.
  server.on('checkExpectation', (request, response) => {
    handle(request, response, connectionOf(request.socket), false);
  });
  server.on('connect', (_request, socket: Socket) => {
    const connection = connectionOf(socket);
    // Node has let go of this socket: a reset would be an error that nobody hears, and end the process.
    socket.on('error', () => socket.destroy());
    if (!connection.busy) return refuseOnSocket(socket, 'method_unsupported', connection);
    // It came behind requests whose responses are not finished, and without Node they cannot be.
    socket.destroy();
    onBrokenHead('method_unsupported', connection.peer.address, randomUUID());
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (unsecured.has(socket)) return void socket.destroy();
    const connection = connectionOf(socket);
    const reason = reasonFor(error.code);
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    // A response that is under way must not get another one's bytes in its middle.
    else if (!connection.busy) refuseOnSocket(socket, reason, connection);
    else if (connection.spoil()) onBrokenHead(reason, connection.peer.address, randomUUID());
  });

  function refuseOnSocket(socket: Socket, reason: GatewayReason, connection: Connection): void {
    const requestId = randomUUID();
    const { status } = GATEWAY_REASONS[reason];
    const { headers, body } = answer({ status, reason }, requestId);
    headers.push(...listenerFields);
    let head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
    for (let i = 0; i < headers.length; i += 2) {
      if (headers[i] !== 'content-length') head += `${headers[i]}: ${headers[i + 1]}\r\n`;
    }
    socket.end(`${head}\r\n${body}`, () => socket.destroy());
    onBrokenHead(reason, connection.peer.address, requestId);
  }

  return server;
}

/** Connections whose handshake failed; Node tells them as broken requests as well. */
const unsecured = new WeakSet<Socket>();

function secureServer(
  http: ServerOptions,
  certificates: Certificates,
  { gateway, onHandshakeFailure }: HttpServerOptions,
): TlsServer {
  const server = createTlsServer({
    ...http,
    ...certificates.first,
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: gateway.timeouts.head * 1000,
    SNICallback: (host, done) => done(null, certificates.contextFor(host)),
  });
  certificates.onFirst = (first) => server.setSecureContext(first);
  server.prependListener('tlsClientError', (_error, socket) => {
    unsecured.add(socket);
    onHandshakeFailure();
  });
  server.once('close', () => certificates.close());
  return server;
}

function reasonFor(code: string | undefined): GatewayReason {
  if (code === 'HPE_HEADER_OVERFLOW') return 'head_too_large';
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'head_timeout';
  return 'head_malformed';
}
