import type { ConnectionPool } from './connection-pool.ts';

/** How long an upstream that could not be connected to is passed over while others can. Milliseconds. */
const REST = 5_000;

interface Member {
  readonly pool: ConnectionPool;
  restsUntil: number;
}

export interface WeightedPool {
  readonly pool: ConnectionPool;
  readonly weight: number;
}

/**
 * Smooth weighted round robin over an API's upstreams: with weights 3 and 1 the turns are A A B A, never A A A B.
 * The turns are laid out once; a request only moves on by one.
 */
export class Balancer {
  readonly #turns: readonly Member[];
  readonly size: number;
  #next = 0;

  constructor(upstreams: readonly WeightedPool[]) {
    this.#turns = smoothTurns(upstreams.filter(({ weight }) => weight > 0));
    this.size = new Set(this.#turns).size;
  }

  /** The upstream whose turn it is, not one of `tried`; one that rests only when nothing else is left. */
  next(tried: readonly ConnectionPool[], now: number): ConnectionPool | undefined {
    let resting: ConnectionPool | undefined;
    for (let i = 0; i < this.#turns.length; i += 1) {
      const member = this.#turns[this.#next] as Member;
      this.#next = (this.#next + 1) % this.#turns.length;
      if (tried.includes(member.pool)) continue;
      if (member.restsUntil <= now) return member.pool;
      resting ??= member.pool;
    }
    return resting;
  }

  /** Tells that `pool` could not be connected to. */
  unreachable(pool: ConnectionPool, now: number): void {
    for (const member of this.#turns) if (member.pool === pool) member.restsUntil = now + REST;
  }
}

function smoothTurns(upstreams: readonly WeightedPool[]): Member[] {
  const divisor = upstreams.reduce((a, { weight }) => greatestCommonDivisor(a, weight), 0) || 1;
  const state = upstreams.map(({ pool, weight }) => ({
    member: { pool, restsUntil: 0 },
    weight: weight / divisor,
    credit: 0,
  }));
  const total = state.reduce((sum, { weight }) => sum + weight, 0);
  const turns: Member[] = [];
  for (let i = 0; i < total; i += 1) {
    for (const entry of state) entry.credit += entry.weight;
    const chosen = state.reduce((best, entry) => (entry.credit > best.credit ? entry : best));
    chosen.credit -= total;
    turns.push(chosen.member);
  }
  return turns;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
