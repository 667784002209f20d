import type { Revocation } from '@portcullis/guard';

/** So many are kept as one text. */
const BATCH = 5_000;

interface Batch {
  readonly text: string;
  /** When the last of them may be forgotten; seconds since the epoch. */
  readonly until: number;
}

/**
 * The revocations in force, for workers that are yet to come: also while what they were read from is out of reach. Kept as
 * the texts that are sent, which take a third of the room that objects would.
 */
export class RevocationLog {
  #batches: Batch[] = [];
  #latest: Revocation[] = [];

  add(revocations: readonly Revocation[], now: number): void {
    for (const revocation of revocations) {
      this.#latest.push(revocation);
      if (this.#latest.length === BATCH) this.#seal(now);
    }
  }

  /** All of them, as JSON, some thousands in each text. */
  batches(): string[] {
    const sealed = this.#batches.map(({ text }) => text);
    return this.#latest.length === 0 ? sealed : [...sealed, JSON.stringify(this.#latest)];
  }

  #seal(now: number): void {
    this.#batches = this.#batches.filter(({ until }) => until >= now);
    const until = this.#latest.reduce((latest, one) => Math.max(latest, one.until ?? Infinity), 0);
    this.#batches.push({ text: JSON.stringify(this.#latest), until });
    this.#latest = [];
  }
}
