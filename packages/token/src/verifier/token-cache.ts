/**
 * A map from token to what its verification gave, bounded in bytes. Two generations: new entries go into the
 * young one; when that holds half of the bound it becomes the old one, and the old one is dropped. An entry
 * that is used in the old generation moves back, so what is in use survives, at O(1) and with no bookkeeping.
 */
export class TokenCache<Entry> {
  readonly #halfBytes: number;
  #young = new Map<string, Sized<Entry>>();
  #old = new Map<string, Sized<Entry>>();
  #youngBytes = 0;

  constructor(maxBytes: number) {
    this.#halfBytes = maxBytes / 2;
  }

  get(token: string): Entry | undefined {
    const young = this.#young.get(token);
    if (young !== undefined) return young.entry;
    const old = this.#old.get(token);
    if (old === undefined) return undefined;
    this.#old.delete(token);
    this.#add(token, old);
    return old.entry;
  }

  /** @param bytes about how much memory the entry holds beside the token itself */
  set(token: string, entry: Entry, bytes: number): void {
    this.delete(token);
    this.#add(token, { entry, bytes: bytes + token.length });
  }

  delete(token: string): void {
    const young = this.#young.get(token);
    if (young !== undefined) {
      this.#youngBytes -= young.bytes;
      this.#young.delete(token);
    }
    this.#old.delete(token);
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  #add(token: string, sized: Sized<Entry>): void {
    if (sized.bytes > this.#halfBytes) return;
    if (this.#youngBytes + sized.bytes > this.#halfBytes) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngBytes = 0;
    }
    this.#young.set(token, sized);
    this.#youngBytes += sized.bytes;
  }
}

interface Sized<Entry> {
  readonly entry: Entry;
  readonly bytes: number;
}
