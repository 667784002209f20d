import type { Balancer } from './balancer.ts';
import type { ConnectionPool } from './connection-pool.ts';
import type { UpstreamConnection } from './upstream-connection.ts';

export interface ConnectionSearchOwner {
  onConnection(pool: ConnectionPool, connection: UpstreamConnection): void;
  /** No upstream is left to ask. */
  onNoneLeft(): void;
  /** All upstreams were busy, and none had a connection to give in time. */
  onBusy(): void;
}

/** Finds a connection for one request: of the upstream whose turn it is, or of whichever gives one first where all are busy. */
export class ConnectionSearch {
  readonly #balancer: Balancer;
  readonly #owner: ConnectionSearchOwner;
  readonly #tried: ConnectionPool[] = [];
  /** Gives up all places in queues; undefined while there is none. */
  #leaveQueues: (() => void) | undefined;

  constructor(balancer: Balancer, owner: ConnectionSearchOwner) {
    this.#balancer = balancer;
    this.#owner = owner;
  }

  /** On to the next upstream that has a connection to give; one whose connection was given is not asked again. */
  next(): void {
    const now = performance.now();
    const busy: ConnectionPool[] = [];
    for (;;) {
      const pool = this.#balancer.next(busy.length === 0 ? this.#tried : [...this.#tried, ...busy], now);
      if (pool === undefined) break;
      const connection = pool.take();
      if (connection !== undefined) {
        this.#give(pool, connection);
        return;
      }
      busy.push(pool);
    }
    if (busy.length === 0) this.#owner.onNoneLeft();
    else this.#wait(busy);
  }

  /** Tells that an upstream could not be connected to. */
  unreachable(pool: ConnectionPool): void {
    this.#balancer.unreachable(pool, performance.now());
  }

  /** Whether each upstream has given a connection. */
  get exhausted(): boolean {
    return this.#tried.length >= this.#balancer.size;
  }

  /** Nobody waits any more. */
  stop(): void {
    this.#leaveQueues?.();
    this.#leaveQueues = undefined;
  }

  #wait(pools: readonly ConnectionPool[]): void {
    let left = pools.length;
    const leaves: (() => void)[] = [];
    this.#leaveQueues = () => {
      for (const leave of leaves) leave();
    };
    for (const pool of pools) {
      const leave = pool.wait((connection) => {
        if (connection === undefined) {
          left -= 1;
          if (left === 0) this.#owner.onBusy();
        } else if (this.#leaveQueues === undefined) {
          pool.release(connection);
        } else {
          this.stop();
          this.#give(pool, connection);
        }
      });
      leaves.push(leave);
    }
  }

  #give(pool: ConnectionPool, connection: UpstreamConnection): void {
    if (!this.#tried.includes(pool)) this.#tried.push(pool);
    this.#owner.onConnection(pool, connection);
  }
}
