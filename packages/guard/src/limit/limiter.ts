import type { LimitRule } from './limit-rule.ts';

/** Token buckets by rule and key. Local to this process. */
export interface Limiter {
  /**
   * Takes one request from the bucket of `rule` and `key`.
   * @param now seconds, from any clock that does not go back
   * @returns 0 when it may pass, else the seconds until it may
   */
  take(rule: LimitRule, key: string, now: number): number;
}
