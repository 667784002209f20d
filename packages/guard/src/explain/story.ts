import type { Facts } from '../decide/decision.ts';
import type { ReasonCode } from '../errors.ts';

/** One check of a request, in the order they are made. */
export interface Step {
  readonly check: string;
  /** What this check asks, in a line. */
  readonly title: string;
  readonly result: 'passed' | 'failed' | 'not reached';
  /** What it looked at, as far as the record tells. */
  readonly input: Facts;
  /** For the failed check: the rule of the configuration that decided. */
  readonly rule?: { readonly text: string; readonly line: number };
}

/** A denial told from the first check to the last. */
export interface Story {
  readonly reason: ReasonCode;
  readonly status: number;
  readonly summary: string;
  readonly cure: string;
  readonly steps: readonly Step[];
}
