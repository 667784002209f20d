import type { Rule } from '../decide/rule.ts';

/** One rate limit of an API, compiled. */
export interface LimitRule {
  /** The same over reloads that change nothing about it, and no other rule's: buckets survive a reload. */
  readonly id: string;
  readonly per: 'client' | 'subject' | 'address';
  /** Requests per second. */
  readonly rate: number;
  /** How many may come at once. */
  readonly burst: number;
  readonly rule: Rule;
}
