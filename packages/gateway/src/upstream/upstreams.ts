import type { CompiledApi, Snapshot } from '@portcullis/guard';
import { Balancer } from './balancer.ts';
import { ClientPool, type PoolOptions } from './client-pool.ts';

export type Balancers = ReadonlyMap<CompiledApi, Balancer>;

/** The pools of this worker. They outlive a reload: an upstream that stays keeps its connections. */
export class Upstreams {
  readonly #options: PoolOptions;
  #pools = new Map<string, ClientPool>();

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** The balancers for `snapshot`, over the pools that it names; pools that it no longer names close when idle. */
  adopt(snapshot: Snapshot): Balancers {
    const pools = new Map<string, ClientPool>();
    const balancers = new Map<CompiledApi, Balancer>();
    for (const api of snapshot.apis) {
      const members = api.upstreams.map(({ url, weight }) => {
        const pool = pools.get(url) ?? this.#pools.get(url) ?? new ClientPool(url, this.#options);
        pools.set(url, pool);
        return { pool, weight };
      });
      balancers.set(api, new Balancer(members));
    }
    for (const [url, pool] of this.#pools) if (!pools.has(url)) pool.close();
    this.#pools = pools;
    return balancers;
  }

  close(): void {
    for (const pool of this.#pools.values()) pool.close();
  }
}
