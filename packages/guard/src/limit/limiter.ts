import type { LimitRule } from './limit-rule.ts';

/** Token buckets by rule and key. Local to this process. */
export interface Limiter {
  /**
   * Takes one request from the bucket of `rule` and `key`.
   * @param now seconds, from any clock
   * @returns 0 when it may pass, else the seconds until it may
   */
  take(rule: LimitRule, key: string, now: number): number;
  /** Gives one back that was taken: it turned out not to count. */
  give(rule: LimitRule, key: string): void;
}

type Buckets = Map<string, Bucket>;

interface Bucket {
  tokens: number;
  /** Seconds. */
  at: number;
  readonly rule: LimitRule;
}

const DEFAULT_MAX_KEYS = 100_000;
/** How many buckets are looked at to find one worth dropping. */
const SAMPLE = 8;

/** @param o.maxKeys the most buckets held at once; beyond it, the fullest of the next few is dropped */
export function createLimiter(o: { maxKeys?: number } = {}): Limiter {
  const maxKeys = Math.max(1, o.maxKeys ?? DEFAULT_MAX_KEYS);
  const byRule = new Map<string, Buckets>();
  let held = 0;
  /** Goes round, so that all get their turn. Starting over each time would walk over the holes left by those dropped. */
  let hand = everyBucket();

  function refill(bucket: Bucket, now: number): number {
    // A clock set back must not take anything away.
    const elapsed = Math.max(0, now - bucket.at);
    return Math.min(bucket.rule.burst, bucket.tokens + elapsed * bucket.rule.rate);
  }

  function* everyBucket(): Generator<readonly [Buckets, string, Bucket], undefined> {
    for (const buckets of byRule.values()) {
      for (const [key, bucket] of buckets) yield [buckets, key, bucket];
    }
  }

  function nextBucket(): readonly [Buckets, string, Bucket] | undefined {
    const { value } = hand.next();
    if (value !== undefined) return value;
    hand = everyBucket();
    return hand.next().value;
  }

  /** A full bucket says nothing that a new one would not say. */
  function evict(now: number): void {
    let fullest: readonly [Buckets, string, Bucket] | undefined;
    let most = -1;
    for (let looked = 0; looked < SAMPLE; looked += 1) {
      const entry = nextBucket();
      if (entry === undefined) break;
      const [, , bucket] = entry;
      const share = refill(bucket, now) / bucket.rule.burst;
      if (share > most) {
        fullest = entry;
        most = share;
      }
    }
    if (fullest === undefined) return;
    const [buckets, key, { rule }] = fullest;
    buckets.delete(key);
    held -= 1;
    if (buckets.size === 0) byRule.delete(rule.id);
  }

  function bucketsOf(rule: LimitRule): Buckets {
    let buckets = byRule.get(rule.id);
    if (buckets === undefined) {
      buckets = new Map();
      byRule.set(rule.id, buckets);
    }
    return buckets;
  }

  return {
    take(rule, key, now) {
      let bucket = byRule.get(rule.id)?.get(key);
      if (bucket === undefined) {
        if (held >= maxKeys) evict(now);
        bucket = { tokens: rule.burst, at: now, rule };
        bucketsOf(rule).set(key, bucket);
        held += 1;
      }
      const tokens = refill(bucket, now);
      bucket.at = now;
      if (tokens >= 1) {
        bucket.tokens = tokens - 1;
        return 0;
      }
      bucket.tokens = tokens;
      return (1 - tokens) / rule.rate;
    },
    give(rule, key) {
      const bucket = byRule.get(rule.id)?.get(key);
      if (bucket !== undefined) bucket.tokens = Math.min(rule.burst, bucket.tokens + 1);
    },
  };
}
