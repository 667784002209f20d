import type { Revocation } from '@portcullis/guard';
import { writeRevocations } from './revocation-text.ts';

/** So many are kept as one text, or a batch more. */
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
  #full: Batch[] = [];
  #latest = new Latest();

  /**
   * @param now seconds since the epoch
   * @returns these as a text, for workers that know all others
   */
  add(revocations: readonly Revocation[], now: number): string {
    const text = writeRevocations(revocations);
    this.#latest.add(revocations, text);
    if (this.#latest.count >= BATCH) {
      this.#full = this.#full.filter(({ until }) => until >= now);
      this.#full.push({ text: this.#latest.text, until: this.#latest.until });
      this.#latest = new Latest();
    }
    return text;
  }

  /** All of them, some thousands in each text. */
  batches(): string[] {
    const full = this.#full.map(({ text }) => text);
    return this.#latest.count === 0 ? full : [...full, this.#latest.text];
  }
}

class Latest {
  readonly #texts: string[] = [];
  count = 0;
  until = 0;

  /** @param text the same as a text: a list, as each text is */
  add(revocations: readonly Revocation[], text: string): void {
    if (revocations.length === 0) return;
    this.#texts.push(text.slice(1, -1));
    this.count += revocations.length;
    for (const { until = Infinity } of revocations) this.until = Math.max(this.until, until);
  }

  get text(): string {
    return `[${this.#texts.join(',')}]`;
  }
}
