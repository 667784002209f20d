import type { CompiledApi, Snapshot } from '@portcullis/guard';
import type { UpstreamConfig, UpstreamTls } from '../tls/upstream-tls.ts';
import { Balancer } from './balancer.ts';
import { ConnectionPool, type PoolOptions } from './connection-pool.ts';

export type Balancers = ReadonlyMap<CompiledApi, Balancer>;

/** How the upstreams of a snapshot that have an https url are spoken to. */
export type TlsByUpstream = ReadonlyMap<UpstreamConfig, UpstreamTls>;

/** The pools of this worker. They outlive a reload: an upstream that stays keeps its connections. */
export class Upstreams {
  readonly #options: PoolOptions;
  #pools = new Map<string, ConnectionPool>();

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** The balancers for `snapshot`, over the pools that it names; pools that it no longer names close when idle. */
  adopt(snapshot: Snapshot, tls: TlsByUpstream): Balancers {
    const pools = new Map<string, ConnectionPool>();
    const balancers = new Map<CompiledApi, Balancer>();
    for (const api of snapshot.apis) {
      const members = api.upstreams.map((upstream) => {
        const secured = tls.get(upstream);
        const id = secured === undefined ? upstream.url : `${upstream.url} ${secured.id}`;
        const pool =
          pools.get(id) ?? this.#pools.get(id) ?? new ConnectionPool(upstream.url, this.#options, secured);
        pools.set(id, pool);
        return { pool, weight: upstream.weight };
      });
      balancers.set(api, new Balancer(members));
    }
    for (const [id, pool] of this.#pools) if (!pools.has(id)) pool.close();
    this.#pools = pools;
    return balancers;
  }

  close(): void {
    for (const pool of this.#pools.values()) pool.close();
  }
}
