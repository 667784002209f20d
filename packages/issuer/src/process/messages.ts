import type { IssuerMetric } from '../record/metrics.ts';

/** A configuration as plain text: the process parses it for itself. */
export interface IssuerSetting {
  readonly file: string;
  readonly text: string;
  /** Public keys that others sign with under our name. */
  readonly furtherKeys: readonly object[];
}

/** What the process is asked; it answers each, or says why it cannot. */
export type Question =
  | { readonly type: 'start'; readonly setting: IssuerSetting }
  | { readonly type: 'apply'; readonly setting: IssuerSetting }
  | { readonly type: 'collect' };

export type ToIssuer = (Question & { readonly id: number }) | { readonly type: 'stop' };

export type FromIssuer =
  | { readonly type: 'answer'; readonly id: number; readonly metrics: readonly IssuerMetric[] }
  /** The key set shows other keys than before. */
  | { readonly type: 'keys_changed' }
  | { readonly type: 'refusal'; readonly id: number; readonly message: string; readonly code?: string };
