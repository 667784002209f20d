import { stat } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { Algorithm } from '../jwa/algorithms.ts';
import type { VerificationKey } from '../jwk/verification-key.ts';
import type { KeySource, KeySourceStatus } from '../keys/key-source.ts';
import type { KeySetEvent } from '../keys/remote-options.ts';
import type { StaticKeysOptions } from '../keys/static-keys.ts';

export interface KeyFileOptions extends StaticKeysOptions {
  /** How often the file is looked at, in seconds. Default 1. */
  readonly interval?: number;
  /** Told of changes that were taken (`loaded`) and of those that could not be (`failed`); `url` is a file URL. */
  readonly onEvent?: (event: KeySetEvent) => void;
}

/**
 * Opens the keys of a file and goes on looking at it. A good change takes the place of the keys; while the file is bad or
 * gone, the last good keys stay. Does not keep the process alive.
 *
 * @param open reads the file as it is now
 * @throws what `open` throws the first time
 */
export async function watchKeys(
  file: string,
  open: () => Promise<KeySource>,
  options: KeyFileOptions,
): Promise<KeySource> {
  // Taken before reading: what is written after it shows as a change.
  const stamp = await stampOf(file);
  return new WatchedKeys(file, open, options, await open(), stamp);
}

class WatchedKeys implements KeySource {
  readonly algorithms: readonly Algorithm[];
  readonly #file: string;
  readonly #open: () => Promise<KeySource>;
  readonly #onEvent: (event: KeySetEvent) => void;
  readonly #timer: ReturnType<typeof setInterval>;
  #keys: KeySource;
  /** Undefined while the file has to be read again in any case. */
  #stamp: string | undefined;
  #lastError: string | null = null;
  #looking = false;
  #closed = false;

  constructor(
    file: string,
    open: () => Promise<KeySource>,
    { interval = 1, onEvent = () => undefined }: KeyFileOptions,
    keys: KeySource,
    stamp: string | undefined,
  ) {
    this.algorithms = keys.algorithms;
    this.#file = file;
    this.#open = open;
    this.#onEvent = onEvent;
    this.#keys = keys;
    this.#stamp = stamp;
    this.#timer = setInterval(() => void this.#look(), interval * 1000).unref();
  }

  find(alg: Algorithm, kid: string | undefined): ReturnType<KeySource['find']> {
    return this.#keys.find(alg, kid);
  }

  trusts(key: VerificationKey): boolean {
    return this.#keys.trusts(key);
  }

  ready(): Promise<boolean> {
    return this.#keys.ready();
  }

  status(): KeySourceStatus {
    const lastError = this.#lastError;
    return { ...this.#keys.status(), stale: lastError !== null, lastError };
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    const stamp = await stampOf(this.#file);
    if (stamp === undefined || stamp !== this.#stamp) await this.#read(stamp);
    this.#looking = false;
  }

  async #read(stamp: string | undefined): Promise<void> {
    const url = pathToFileURL(this.#file).href;
    try {
      const keys = await this.#open();
      if (this.#closed) return;
      this.#keys = keys;
      this.#stamp = stamp;
      this.#lastError = null;
      this.#emit({ type: 'loaded', url, keys: keys.status().keys });
    } catch (failure) {
      if (this.#closed) return;
      const error = failure instanceof Error ? failure.message : 'failed';
      const told = error === this.#lastError;
      // Not every cause is in the stamp: a folder that may not be entered, too many open files.
      this.#stamp = undefined;
      this.#lastError = error;
      if (!told) this.#emit({ type: 'failed', url, error });
    }
  }

  #emit(event: KeySetEvent): void {
    try {
      this.#onEvent(event);
    } catch {
      // A listener that throws must not cost us the keys.
    }
  }
}

/** Changes whenever the file does: when it is written, replaced, or a link to it is turned. Undefined: no such file. */
async function stampOf(file: string): Promise<string | undefined> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch {
    return undefined;
  }
}
