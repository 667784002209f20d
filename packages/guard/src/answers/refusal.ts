import type { ReasonCode } from '../errors.ts';

/** What `answer` needs to know of a refusal; a Denial is one. */
export interface RefusalToAnswer {
  readonly status: number;
  readonly reason: ReasonCode;
  readonly allow?: readonly string[];
  readonly retryAfter?: number;
  /** Name, value pairs to add (CORS). */
  readonly responseHeaders?: readonly string[];
}

/** A response ready to be written: header names and values in turn. */
export interface Answer {
  readonly status: number;
  readonly headers: string[];
  readonly body: string;
}
