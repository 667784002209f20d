import { buildConnector, Client } from 'undici';
import type { UpstreamTls } from '../tls/upstream-tls.ts';

export interface PoolOptions {
  /** Most connections to one upstream from this worker; as many requests again may wait for one. */
  readonly connections: number;
  /** Milliseconds, for connecting and for waiting for a free connection. */
  readonly connectTimeout: number;
}

/** A connection lent to one request. */
export interface Lease {
  readonly client: Client;
  /** Whether it has carried a request before: then the upstream may have closed it meanwhile. */
  warm: boolean;
}

interface Waiter {
  readonly callback: (lease: Lease | undefined) => void;
  readonly timer: NodeJS.Timeout;
}

/** How long an unused connection is kept, unless the upstream announces less. Milliseconds. */
const KEEP_ALIVE = 15_000;

/**
 * Connections to one upstream, one request at a time each. The one used last is used next, so that few stay
 * warm and the rest can close; what waits for one is bounded in number and time.
 */
export class ClientPool {
  readonly origin: string;
  readonly #options: PoolOptions;
  readonly #connector: ReturnType<typeof buildConnector>;
  readonly #free: Lease[] = [];
  readonly #waiting: Waiter[] = [];
  #open = 0;
  #closed = false;

  /** @param tls for an https origin */
  constructor(origin: string, options: PoolOptions, tls?: UpstreamTls) {
    this.origin = origin;
    this.#options = options;
    this.#connector = connectorFor(options, tls);
  }

  /** A connection to use now, or undefined when all are taken: then `wait`. Give it back with `release`. */
  take(): Lease | undefined {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    return this.#open < this.#options.connections ? this.#connect() : undefined;
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

  /** @param warm whether its connection is good for another request, as far as we know */
  release(lease: Lease, warm: boolean): void {
    lease.warm = warm;
    const waiter = this.#waiting.shift();
    if (waiter !== undefined) {
      clearTimeout(waiter.timer);
      // undici is still busy with what this lease was for, and may be about to find its connection broken.
      setImmediate(waiter.callback, lease);
    } else if (this.#closed) this.#discard(lease);
    else this.#free.push(lease);
  }

  /** No new requests; the connections close as their requests end. */
  close(): void {
    this.#closed = true;
    for (const lease of this.#free.splice(0)) this.#discard(lease);
  }

  #connect(): Lease {
    this.#open += 1;
    const client = new Client(this.origin, {
      connect: this.#connector,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE,
      allowH2: false,
    });
    return { client, warm: false };
  }

  #discard({ client }: Lease): void {
    this.#open -= 1;
    client.close().catch(() => {}); // already gone is as good
  }
}

function connectorFor(
  { connectTimeout }: PoolOptions,
  tls: UpstreamTls | undefined,
): ReturnType<typeof buildConnector> {
  const connect = buildConnector({ timeout: connectTimeout, allowH2: false, ...tls?.options });
  const serverName = tls?.serverName;
  if (serverName === undefined) return connect;
  return (target, callback) => connect({ ...target, servername: serverName }, callback);
}
