import { KeyError, TokenError } from '../errors.ts';
import type { Algorithm } from '../jwa/algorithms.ts';
import { inspectPublicJwk } from '../jwk/key-policy.ts';
import { importPublicJwk, type VerificationKey } from '../jwk/verification-key.ts';
import { isJsonObject, type JsonObject } from '../jws/strict-json.ts';
import { type FetchedObject, objectReader, type ReadObject } from './fetch-object.ts';
import { KeyRing } from './key-ring.ts';
import { MOST_KEYS } from './key-set.ts';
import type { KeySource, KeySourceStatus } from './key-source.ts';
import type { KeySetEvent, RemoteSettings } from './remote-options.ts';

/** How long a set is taken for fresh when its server does not say, in seconds; still within minAge and maxAge. */
const DEFAULT_AGE = 600;
/** setTimeout holds at most 2^31 ms. */
const LONGEST_WAIT = 2_000_000;

/** Where a key set is fetched from. */
export interface KeySetPlace {
  /** The URL as far as it is known, for events. */
  readonly url: string;
  /**
   * Fetches the key set.
   * @param anew true when a key was missing from the set: what was learned of its place may be out of date
   */
  fetch(read: ReadObject, anew: boolean): Promise<FetchedObject>;
}

interface LoadedSet {
  readonly ring: KeyRing;
  readonly keys: ReadonlyMap<string, VerificationKey>;
  readonly skipped: number;
  readonly loadedAt: number;
  readonly staleAt: number;
}

/** A key set behind a URL: loaded at once, refreshed in the background, kept while that fails. */
export class RemoteKeys implements KeySource {
  readonly algorithms: readonly Algorithm[];
  readonly #place: KeySetPlace;
  readonly #settings: RemoteSettings;
  readonly #closed = new AbortController();
  #set: LoadedSet | undefined;
  #flight: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #nextRefresh = 0;
  #nextUnknownKid = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #lastError: string | null = null;
  readonly #first: Promise<void>;

  constructor(place: KeySetPlace, settings: RemoteSettings) {
    this.#place = place;
    this.#settings = settings;
    this.algorithms = settings.algorithms;
    this.#first = this.#refresh();
  }

  find(
    alg: Algorithm,
    kid: string | undefined,
  ): readonly VerificationKey[] | Promise<readonly VerificationKey[]> {
    const now = this.#settings.clock();
    this.#refreshWhenDue(now);
    const found = this.#usable(now)?.ring.find(alg, kid) ?? [];
    if (found.length > 0) return found;
    return this.#findAfterRefresh(alg, kid, now);
  }

  trusts(key: VerificationKey): boolean {
    const now = this.#settings.clock();
    this.#refreshWhenDue(now);
    return this.#usable(now)?.ring.has(key) ?? false;
  }

  async ready(): Promise<boolean> {
    await this.#first;
    return (this.#set?.keys.size ?? 0) > 0;
  }

  status(): KeySourceStatus {
    return {
      keys: this.#set?.keys.size ?? 0,
      loadedAt: this.#set?.loadedAt ?? null,
      stale: this.#set !== undefined && this.#settings.clock() >= this.#set.staleAt,
      skipped: this.#set?.skipped ?? 0,
      lastError: this.#lastError,
    };
  }

  /** What is under way may have begun before the change. */
  async refresh(): Promise<void> {
    await this.#flight;
    await this.#refresh();
  }

  close(): void {
    this.#closed.abort();
    clearTimeout(this.#timer);
  }

  /** The last good set, unless it is too old to be trusted. */
  #usable(now: number): LoadedSet | undefined {
    if (this.#set === undefined || now >= this.#set.loadedAt + this.#settings.maxStale) return undefined;
    return this.#set;
  }

  async #findAfterRefresh(
    alg: Algorithm,
    kid: string | undefined,
    now: number,
  ): Promise<readonly VerificationKey[]> {
    if (this.#flight !== undefined) {
      await this.#flight;
    } else if (this.#usable(now) !== undefined && now >= this.#nextUnknownKid) {
      this.#nextUnknownKid = now + this.#settings.cooldown;
      await this.#refresh(true);
    }
    const set = this.#usable(this.#settings.clock());
    if (set === undefined)
      throw new TokenError('keys_unavailable', { detail: { lastError: this.#lastError } });
    const found = set.ring.find(alg, kid);
    if (found.length === 0) {
      throw new TokenError('kid_unknown', { detail: { keys: set.keys.size, lastError: this.#lastError } });
    }
    return found;
  }

  /** The timer does this when the process idles; here it is for timers that did not fire, as after a suspend. */
  #refreshWhenDue(now: number): void {
    if (now >= this.#nextRefresh && this.#flight === undefined) void this.#refresh();
  }

  /** One fetch at a time; never rejects. */
  #refresh(anew = false): Promise<void> {
    if (this.#closed.signal.aborted) return Promise.resolve();
    this.#flight ??= this.#load(anew).finally(() => {
      this.#flight = undefined;
    });
    return this.#flight;
  }

  async #load(anew: boolean): Promise<void> {
    // Who opens a source only to see whether it can be opened closes it in the same turn; then nothing is fetched.
    await Promise.resolve();
    if (this.#closed.signal.aborted) return;
    const { clock, minAge, maxAge, maxStale } = this.#settings;
    try {
      const read = objectReader(this.#settings, this.#closed.signal);
      const { object: keySet, freshFor = DEFAULT_AGE } = await this.#place.fetch(read, anew);
      // However fresh its server calls it, a set must be fetched again well before it is too stale to be used.
      const freshness = Math.min(Math.max(freshFor, minAge), maxAge, maxStale / 2);
      const { keys, skipped } = await this.#import(keySet);
      const now = clock();
      this.#set = {
        ring: new KeyRing([...keys.values()]),
        keys,
        skipped,
        loadedAt: now,
        staleAt: now + freshness,
      };
      this.#failures = 0;
      this.#lastError = null;
      this.#schedule(now, freshness);
      this.#emit({ type: 'loaded', url: this.#place.url, keys: keys.size });
    } catch (error) {
      if (this.#closed.signal.aborted) return;
      this.#lastError = error instanceof Error ? error.message : 'failed';
      this.#schedule(clock(), this.#backoff());
      this.#emit({ type: 'failed', url: this.#place.url, error: this.#lastError });
    }
  }

  /** 1, 2, 4 … seconds, at most the cooldown. */
  #backoff(): number {
    const wait = Math.min(2 ** Math.min(this.#failures, 16), this.#settings.cooldown);
    this.#failures += 1;
    return wait;
  }

  #schedule(now: number, wait: number): void {
    this.#nextRefresh = now + wait;
    clearTimeout(this.#timer);
    if (this.#closed.signal.aborted) return;
    this.#timer = setTimeout(() => void this.#refresh(), Math.min(wait, LONGEST_WAIT) * 1000);
    // Browsers give a number here. Refreshing keys is no reason to keep a process alive.
    if (typeof this.#timer === 'object') this.#timer.unref();
  }

  /** Keys that were there before keep their identity, so that tokens verified with them stay cached. */
  async #import(keySet: JsonObject): Promise<{ keys: Map<string, VerificationKey>; skipped: number }> {
    const listed: unknown = keySet['keys'];
    if (!Array.isArray(listed)) throw new KeyError('key_set_malformed');
    const keys = new Map<string, VerificationKey>();
    let skipped = 0;
    for (const [at, jwk] of listed.entries()) {
      try {
        if (at >= MOST_KEYS) throw new KeyError('key_set_too_large');
        for (const key of await importPublicJwk(inspectPublicJwk(jwk, this.algorithms))) {
          keys.set(key.id, this.#set?.keys.get(key.id) ?? key);
        }
      } catch (error) {
        if (!(error instanceof KeyError)) throw error;
        skipped += 1;
        this.#reportSkipped(jwk, error);
        if (error.code === 'key_set_too_large') return { keys, skipped: skipped + listed.length - at - 1 };
      }
    }
    return { keys, skipped };
  }

  #reportSkipped(jwk: unknown, error: KeyError): void {
    const kid = isJsonObject(jwk) && typeof jwk['kid'] === 'string' ? jwk['kid'].slice(0, 200) : null;
    this.#emit({ type: 'key_skipped', url: this.#place.url, kid, reason: error.code });
  }

  #emit(event: KeySetEvent): void {
    try {
      this.#settings.onEvent(event);
    } catch {
      // A listener that throws must not cost us the keys.
    }
  }
}
