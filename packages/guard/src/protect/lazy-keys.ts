import {
  type Algorithm,
  type KeySource,
  type KeySourceStatus,
  TokenError,
  type VerificationKey,
} from '@portcullis/token';

type Found = ReturnType<KeySource['find']>;

/**
 * A key source that is opened when it is first needed. That makes setting up a middleware synchronous, lets first
 * requests wait for their keys, and does no work while a Worker's module loads, where none is allowed.
 * Keys that cannot be opened refuse every token as keys_unavailable.
 */
export class LazyKeys implements KeySource {
  readonly algorithms: readonly Algorithm[];
  readonly #open: () => KeySource | Promise<KeySource>;
  #source: KeySource | undefined;
  #opening: Promise<KeySource> | undefined;
  #closed = false;

  constructor(algorithms: readonly Algorithm[], open: () => KeySource | Promise<KeySource>) {
    this.algorithms = algorithms;
    this.#open = open;
  }

  find(alg: Algorithm, kid: string | undefined): Found {
    return this.#source === undefined ? this.#findOnceOpen(alg, kid) : this.#source.find(alg, kid);
  }

  trusts(key: VerificationKey): boolean {
    return this.#source?.trusts(key) ?? false;
  }

  /** Unlike other sources', it rejects: with a KeyError or PolicyError for keys that may never be used. */
  async ready(): Promise<boolean> {
    return (await this.#opened()).ready();
  }

  status(): KeySourceStatus {
    return this.#source?.status() ?? { keys: 0, loadedAt: null, stale: false, skipped: 0, lastError: null };
  }

  close(): void {
    this.#closed = true;
    this.#source?.close();
  }

  async #findOnceOpen(alg: Algorithm, kid: string | undefined): Promise<readonly VerificationKey[]> {
    let source: KeySource;
    try {
      source = await this.#opened();
    } catch (error) {
      throw keysUnavailable(error);
    }
    return source.find(alg, kid);
  }

  #opened(): Promise<KeySource> {
    this.#opening ??= this.#openOnce();
    return this.#opening;
  }

  async #openOnce(): Promise<KeySource> {
    const source = await this.#open();
    if (this.#closed) source.close();
    this.#source = source;
    return source;
  }
}

/** What a token is refused with when the keys for it could not be opened. */
export function keysUnavailable(error: unknown): TokenError {
  const lastError = error instanceof Error ? error.message : String(error);
  return new TokenError('keys_unavailable', { detail: { lastError } });
}
