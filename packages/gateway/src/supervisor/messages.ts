import type { MetricJson } from '../telemetry/metrics.ts';

/** A configuration as plain text: each worker parses and compiles it for itself. */
export interface Revision {
  readonly revision: number;
  readonly file: string;
  readonly text: string;
}

export type ToWorker =
  | { readonly type: 'start'; readonly revision: Revision; readonly listen: { host: string; port: number } }
  | { readonly type: 'apply'; readonly revision: Revision }
  | { readonly type: 'collect'; readonly id: number }
  /** Open the access log anew. */
  | { readonly type: 'reopen' }
  | { readonly type: 'drain' };

export type FromWorker =
  | { readonly type: 'listening' }
  | { readonly type: 'applied'; readonly revision: number }
  /** The worker could not start, or could not apply a revision: it goes on with the one it has. */
  | { readonly type: 'failed'; readonly revision: number; readonly message: string }
  | { readonly type: 'without_keys'; readonly issuers: readonly string[] }
  | { readonly type: 'metrics'; readonly id: number; readonly metrics: MetricJson[] };

/** Signals whose default would end a process, or open a debugger, and that rotation scripts like to try. */
export const HARMLESS_SIGNALS = ['SIGUSR1', 'SIGUSR2'] as const;
