import type { Rule } from '../decide/decision.ts';

/** One rate limit of an API, compiled. */
export interface LimitRule {
  /** Unique within the snapshot: prefixes the key of each bucket. */
  readonly id: string;
  readonly per: 'client' | 'subject' | 'address';
  /** Requests per second. */
  readonly rate: number;
  /** How many may come at once. */
  readonly burst: number;
  readonly rule: Rule;
}
