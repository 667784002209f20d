/** What a client must send on average to be waited for, in bytes per second. A phone on a bad line sends more. */
const LEAST_RATE = 500;
const MS_PER_BYTE = 1000 / LEAST_RATE;

/**
 * Holds a client that sends a body to a pace. It may be silent for `patience`, and each byte earns back a little of
 * what waiting has used up, so that one byte now and then does not hold an upstream's connection for ever.
 */
export class ClientPace {
  readonly #patience: number;
  readonly #onTooSlow: () => void;
  #left: number;
  #waitingSince = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param patience milliseconds */
  constructor(patience: number, onTooSlow: () => void) {
    this.#patience = patience;
    this.#left = patience;
    this.#onTooSlow = onTooSlow;
  }

  /** From now on it is the client that is waited for. */
  wait(): void {
    if (this.#timer !== undefined) return;
    this.#waitingSince = performance.now();
    this.#timer = setTimeout(this.#onTooSlow, this.#left);
  }

  arrived(bytes: number): void {
    const waiting = this.#timer !== undefined;
    this.pause();
    this.#left = Math.min(this.#patience, this.#left + bytes * MS_PER_BYTE);
    if (waiting) this.wait();
  }

  /** It is not the client that is waited for, or nobody is any more. */
  pause(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#left = Math.max(0, this.#left - (performance.now() - this.#waitingSince));
  }
}
