import type { Algorithm } from '../jwa/algorithms.ts';
import type { VerificationKey } from '../jwk/verification-key.ts';
import { MOST_CANDIDATES } from './key-source.ts';

interface Index {
  readonly all: VerificationKey[];
  readonly byKid: Map<string | undefined, VerificationKey[]>;
}

/** An immutable set of verification keys, indexed by algorithm and kid. */
export class KeyRing {
  readonly #all: ReadonlySet<VerificationKey>;
  readonly #byAlgorithm = new Map<Algorithm, Index>();

  constructor(keys: readonly VerificationKey[]) {
    this.#all = new Set(keys);
    for (const key of this.#all) {
      const entry: Index = this.#byAlgorithm.get(key.alg) ?? { all: [], byKid: new Map() };
      this.#byAlgorithm.set(key.alg, entry);
      if (entry.all.length < MOST_CANDIDATES) entry.all.push(key);
      const same = entry.byKid.get(key.kid) ?? [];
      entry.byKid.set(key.kid, same);
      if (same.length < MOST_CANDIDATES) same.push(key);
    }
  }

  has(key: VerificationKey): boolean {
    return this.#all.has(key);
  }

  /**
   * Keys that may have signed under this kid: those of that very name, or else those without a name. A token
   * without kid may come from any key of its algorithm.
   */
  find(alg: Algorithm, kid: string | undefined): readonly VerificationKey[] {
    const entry = this.#byAlgorithm.get(alg);
    if (entry === undefined) return [];
    if (kid === undefined) return entry.all;
    return entry.byKid.get(kid) ?? entry.byKid.get(undefined) ?? [];
  }
}
