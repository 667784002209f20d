import type { Algorithm } from '../jwa/algorithms.ts';
import type { VerificationKey } from '../jwk/verification-key.ts';

/** Most keys that are tried for one token: what a stranger can make us compute is bounded. */
export const MOST_CANDIDATES = 8;

/** Where the keys of one issuer come from. */
export interface KeySource {
  /** The algorithms that the keys were loaded for. */
  readonly algorithms: readonly Algorithm[];
  /**
   * The keys that may have signed a token with this alg and kid, at most 8. Synchronous when they are at hand.
   * Throws (or rejects with) TokenError `keys_unavailable` or `kid_unknown`.
   */
  find(
    alg: Algorithm,
    kid: string | undefined,
  ): readonly VerificationKey[] | Promise<readonly VerificationKey[]>;
  /** True while this very key is one of the current, not too stale keys. Asked on every cache hit; O(1). */
  trusts(key: VerificationKey): boolean;
  /** Resolves once loading was tried for the first time: true when there are keys. Never rejects. */
  ready(): Promise<boolean>;
  status(): KeySourceStatus;
  /** Loads the keys again now, for who knows that they have changed. Never rejects. Absent where keys do not change by loading. */
  refresh?(): Promise<void>;
  /** Stops refreshing. Keys that are loaded stay usable until they are too stale. */
  close(): void;
}

export interface KeySourceStatus {
  readonly keys: number;
  /** When the keys were last loaded, in seconds since the epoch. */
  readonly loadedAt: number | null;
  /** True when the keys should have been refreshed by now and were not. */
  readonly stale: boolean;
  /** How many keys of the set were left out because they may not be used. */
  readonly skipped: number;
  /** Why the last attempt to load failed; null after a success. */
  readonly lastError: string | null;
}
