/** As much of `fetch` as loading keys takes; that of the platform is one. Always a GET that follows no redirect. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchAnswer>;

export interface FetchInit {
  readonly redirect: 'error';
  readonly credentials: 'omit';
  readonly headers: Record<string, string>;
  readonly signal: AbortSignal;
}

/** As much of a `Response` as is read of it. */
export interface FetchAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** Each piece once; null where there is none. */
  readonly body: (AsyncIterable<Uint8Array> & { cancel(): Promise<void> }) | null;
}

/** Looked up at each call: a platform may replace its own. */
export const platformFetch: Fetch = (url, init) => globalThis.fetch(url, init);
