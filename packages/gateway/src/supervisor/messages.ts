import type { Address } from '@portcullis/guard';
import type { MetricJson } from '../telemetry/metrics.ts';

/** A configuration as plain text: each worker parses and compiles it for itself. */
export interface Revision {
  readonly revision: number;
  readonly file: string;
  readonly text: string;
}

/** What a worker is asked; it answers each, or says why it cannot. */
export type Question =
  /** Get ready to listen. `help`: where the lines of refused requests point to. */
  | { readonly type: 'open'; readonly revision: Revision; readonly help: string }
  /** Asked of an open one that knows all revocations in force. */
  | { readonly type: 'listen'; readonly listen: Address }
  | { readonly type: 'apply'; readonly revision: Revision }
  /** A batch of revocations, as `writeRevocations` makes it. */
  | { readonly type: 'revoke'; readonly batch: string }
  | { readonly type: 'collect' }
  /** The record of a refused request. */
  | { readonly type: 'find'; readonly requestId: string }
  /** Does the event loop still turn? */
  | { readonly type: 'ping' };

/** What the answer to each holds. */
export interface Answers {
  open: null;
  listen: null;
  apply: null;
  revoke: null;
  collect: MetricJson[];
  find: string | null;
  ping: null;
}

export type ToWorker =
  | (Question & { readonly id: number })
  /** The keys of this issuer (its `iss`) have changed: load them now. */
  | { readonly type: 'refresh_keys'; readonly issuer: string }
  /** Open the access log anew. */
  | { readonly type: 'reopen' }
  | { readonly type: 'drain' };

export type FromWorker =
  | { readonly type: 'answer'; readonly id: number; readonly value: Answers[keyof Answers] }
  | { readonly type: 'refusal'; readonly id: number; readonly message: string }
  | { readonly type: 'without_keys'; readonly issuers: readonly string[] };

/** Signals whose default would end a worker, or open a debugger, and that its supervisor, a terminal or a script may send to all. */
export const HARMLESS_SIGNALS = ['SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;
