import type { DecryptionKeys, DecryptionKeysOptions } from '@portcullis/token';
import { keysUnavailable } from './lazy-keys.ts';

/**
 * Keys of ours that are imported when they are first needed, as `LazyKeys` does with an issuer's. Keys that cannot be
 * used refuse every encrypted token as keys_unavailable.
 */
export class LazyDecryptionKeys implements DecryptionKeys {
  readonly algorithms: DecryptionKeys['algorithms'];
  readonly encryptions: DecryptionKeys['encryptions'];
  readonly #open: () => Promise<DecryptionKeys>;
  #opening: Promise<DecryptionKeys> | undefined;

  constructor({ algorithms, encryptions }: DecryptionKeysOptions, open: () => Promise<DecryptionKeys>) {
    this.algorithms = algorithms;
    this.encryptions = encryptions;
    this.#open = open;
  }

  async find(
    ...header: Parameters<DecryptionKeys['find']>
  ): Promise<Awaited<ReturnType<DecryptionKeys['find']>>> {
    let keys: DecryptionKeys;
    try {
      keys = await this.ready();
    } catch (error) {
      throw keysUnavailable(error);
    }
    return keys.find(...header);
  }

  /** Rejects with a KeyError or PolicyError for keys that may never be used. */
  ready(): Promise<DecryptionKeys> {
    this.#opening ??= this.#open();
    return this.#opening;
  }
}
