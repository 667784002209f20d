import { type KeyErrorCode, PolicyError } from '../errors.ts';
import type { Algorithm } from '../jwa/algorithms.ts';
import { readPublicKeyAlgorithms } from './algorithm-list.ts';
import { type Fetch, platformFetch } from './fetch.ts';

/** What happens to a key set, for log and metrics. */
export type KeySetEvent =
  | { readonly type: 'loaded'; readonly url: string; readonly keys: number }
  | { readonly type: 'failed'; readonly url: string; readonly error: string }
  | {
      readonly type: 'key_skipped';
      readonly url: string;
      readonly kid: string | null;
      readonly reason: KeyErrorCode;
    };

/** All durations are seconds. */
export interface RemoteJwksOptions {
  /** The algorithms that the keys may serve: the same as those of the issuer. */
  readonly algorithms: readonly Algorithm[];
  /** Default: that of the platform. */
  readonly fetch?: Fetch;
  /** One deadline for the whole answer. Default 5. */
  readonly timeout?: number;
  /** Longest answer, in bytes. Default 512 KiB. */
  readonly maxBytes?: number;
  /** Shortest time between two fetches for an unknown kid, and longest between two tries after a failure. Default 30. */
  readonly cooldown?: number;
  /** A set is kept at least this long, whatever its Cache-Control says. Default 60. */
  readonly minAge?: number;
  /** A set is refreshed after this time, whatever its Cache-Control says. Default 3600. */
  readonly maxAge?: number;
  /** How long the last good set may serve while refreshing fails. Default 86400. */
  readonly maxStale?: number;
  /** Seconds since the epoch. Default: the clock of the machine. */
  readonly clock?: () => number;
  readonly onEvent?: (event: KeySetEvent) => void;
}

export type RemoteSettings = Required<RemoteJwksOptions>;

/** Checks the options and fills in what is left out. Throws {@link PolicyError}. */
export function readRemoteOptions(options: RemoteJwksOptions, about: string): RemoteSettings {
  const settings: RemoteSettings = {
    algorithms: readPublicKeyAlgorithms(options.algorithms, about),
    fetch: options.fetch ?? platformFetch,
    timeout: options.timeout ?? 5,
    maxBytes: options.maxBytes ?? 512 * 1024,
    cooldown: options.cooldown ?? 30,
    minAge: options.minAge ?? 60,
    maxAge: options.maxAge ?? 3600,
    maxStale: options.maxStale ?? 86_400,
    clock: options.clock ?? (() => Date.now() / 1000),
    onEvent: options.onEvent ?? (() => undefined),
  };
  const { timeout, maxBytes, cooldown, minAge, maxAge, maxStale } = settings;
  for (const [name, value] of Object.entries({ timeout, maxBytes, cooldown, minAge, maxAge, maxStale })) {
    if (!Number.isFinite(value) || value <= 0) throw new PolicyError('timing_invalid', `${about} ${name}`);
  }
  if (minAge > maxAge) throw new PolicyError('timing_invalid', `${about} minAge is above maxAge`);
  return settings;
}
