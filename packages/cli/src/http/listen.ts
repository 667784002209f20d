import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CliError, messageOf, systemCode } from '../errors.ts';

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** What listens, for people: "the development issuer". */
  readonly what: string;
  /** Where the address can be changed: "listen.issuer in portcullis.yaml". */
  readonly changedBy: string;
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void;
}

export interface Listening {
  /** `http://host:port`, with the port really bound. */
  readonly url: string;
  /** Stops accepting, ends idle connections at once and the others with their answer. */
  close(): Promise<void>;
}

const SECOND = 1000;

/**
 * Starts a small HTTP server with limits and timeouts fit for the few short requests it serves.
 * @throws CliError when the address can't be had, naming the key to change
 */
export async function listen(options: ListenOptions): Promise<Listening> {
  const { createServer } = await import('node:http'); // few commands need it, and it is large
  const server = createServer(
    {
      maxHeaderSize: 16 * 1024,
      headersTimeout: 5 * SECOND,
      requestTimeout: 10 * SECOND,
      keepAliveTimeout: 5 * SECOND,
      connectionsCheckingInterval: SECOND,
    },
    options.handler,
  );
  server.maxConnections = 1024;
  await bind(server, options);
  const { address, family, port } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    close: () => close(server),
  };
}

function bind(server: Server, { host, port, what, changedBy }: ListenOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const refused = (error: Error) => reject(bindError(error, { host, port, what, changedBy }));
  server.once('error', refused);
  server.listen({ host, port, exclusive: true }, () => {
    server.off('error', refused);
    resolve();
  });
  return promise;
}

/** Why an address cannot be had, and what to change. */
export function bindError(
  error: Error,
  { host, port, what, changedBy }: Pick<ListenOptions, 'host' | 'port' | 'what' | 'changedBy'>,
): CliError {
  const because = BIND_TROUBLE[systemCode(error) ?? ''] ?? `${messageOf(error)}; change it with`;
  const message = `${what} cannot listen on ${host}:${port}: ${because} ${changedBy}`;
  return new CliError('unavailable', message, { cause: error });
}

/** Whether an error says that an address cannot be had. */
export function isBindError(error: unknown): error is Error {
  return Object.hasOwn(BIND_TROUBLE, systemCode(error) ?? '');
}

const BIND_TROUBLE: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there already; stop it, or choose another port with',
  EACCES: 'this user may not listen there; choose a port above 1023 with',
  EADDRNOTAVAIL: 'this machine has no such address; choose another with',
  ENOTFOUND: 'this host name is unknown; choose another with',
};

function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  return promise;
}
