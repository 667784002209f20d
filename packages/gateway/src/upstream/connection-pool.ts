import type { UpstreamTls } from '../tls/upstream-tls.ts';
import { type UpstreamAddress, UpstreamConnection } from './upstream-connection.ts';

export interface PoolOptions {
  /** Most connections to one upstream from this worker; as many requests again may wait for one. */
  readonly connections: number;
  /** Milliseconds, for connecting and for waiting for a free connection. */
  readonly connectTimeout: number;
}

interface Waiter {
  readonly callback: (connection: UpstreamConnection | undefined) => void;
  readonly timer: NodeJS.Timeout;
}

/** How often connections are looked at for upstreams that are silent, and for being unused. Milliseconds. */
const CHECK_INTERVAL = 200;

/**
 * Connections to one upstream, one request at a time each. The one used last is used next, so that few stay
 * in use and the rest can close; what waits for one is bounded in number and time.
 */
export class ConnectionPool {
  readonly origin: string;
  /** The value of `Host` (RFC 9110 section 7.2). */
  readonly authority: string;
  readonly #options: PoolOptions;
  readonly #address: UpstreamAddress;
  readonly #connections = new Set<UpstreamConnection>();
  readonly #free: UpstreamConnection[] = [];
  readonly #waiting: Waiter[] = [];
  #checking: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param tls for an https origin */
  constructor(origin: string, options: PoolOptions, tls?: UpstreamTls) {
    const { hostname, port, host, protocol } = new URL(origin);
    this.origin = origin;
    this.authority = host;
    this.#options = options;
    this.#address = {
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? defaultPort(protocol) : Number(port),
      tls,
      connectTimeout: options.connectTimeout,
      session: undefined,
    };
  }

  /** A connection to use now, or undefined when all are taken: then `wait`. Give it back with `release`. */
  take(): UpstreamConnection | undefined {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    return this.#connections.size < this.#options.connections ? this.#connect() : undefined;
  }

  /**
   * Calls back with a connection, or with undefined when none came free in time.
   *
   * @returns gives the place in the queue up; nothing is called back then
   */
  wait(callback: Waiter['callback']): () => void {
    if (this.#waiting.length >= this.#options.connections) {
      callback(undefined);
      return () => {};
    }
    const leave = (): void => {
      clearTimeout(waiter.timer);
      const place = this.#waiting.indexOf(waiter);
      if (place !== -1) this.#waiting.splice(place, 1);
    };
    const late = (): void => {
      leave();
      callback(undefined);
    };
    const waiter: Waiter = { callback, timer: setTimeout(late, this.#options.connectTimeout) };
    this.#waiting.push(waiter);
    return leave;
  }

  /** Takes a connection back, whatever has become of it: one that cannot be used again is ended. */
  release(connection: UpstreamConnection): void {
    const waiter = this.#waiting.shift();
    if (waiter !== undefined) {
      clearTimeout(waiter.timer);
      // In a turn of its own: who gives it back has not finished with the response that came over it.
      setImmediate(() => waiter.callback(connection.reusable ? connection : this.renew(connection)));
    } else if (this.#closed || !connection.reusable) this.#end(connection);
    else this.#free.push(connection);
  }

  /** A new connection in the place of one that has ended. */
  renew(connection: UpstreamConnection): UpstreamConnection {
    this.#end(connection);
    return this.#connect();
  }

  /** No new requests; the connections close as their requests end. */
  close(): void {
    this.#closed = true;
    for (const connection of this.#free.splice(0)) this.#end(connection);
  }

  #connect(): UpstreamConnection {
    const connection = new UpstreamConnection(this.#address, this.#forget);
    this.#connections.add(connection);
    this.#checking ??= setInterval(this.#check, CHECK_INTERVAL).unref();
    return connection;
  }

  #end(connection: UpstreamConnection): void {
    connection.destroy();
    this.#connections.delete(connection);
    if (this.#connections.size > 0) return;
    clearInterval(this.#checking);
    this.#checking = undefined;
  }

  /** One that nobody uses has ended. */
  readonly #forget = (connection: UpstreamConnection): void => {
    const place = this.#free.indexOf(connection);
    if (place === -1) return; // it is on its way to one who waits
    this.#free.splice(place, 1);
    this.#end(connection);
  };

  readonly #check = (): void => {
    const now = performance.now();
    for (const connection of this.#connections) connection.check(now);
  };
}

function defaultPort(protocol: string): number {
  return protocol === 'https:' ? 443 : 80;
}
