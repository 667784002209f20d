/** A crashed worker is replaced at once the first time, then later and later. Milliseconds. */
const FIRST_DELAY = 100;
const LONGEST_DELAY = 10_000;
/** A worker that lived this long is not in a crash loop. Milliseconds. */
const STABLE_AFTER = 30_000;

/** How long the place of a crashed worker stays empty, so that workers which crash at once do not keep the machine busy. */
export class ReplacementDelay {
  #next = FIRST_DELAY;

  /**
   * @param lived how long the worker that crashed had run, in milliseconds
   * @returns milliseconds to wait before another is started
   */
  after(lived: number): number {
    const delay = lived > STABLE_AFTER ? FIRST_DELAY : this.#next;
    this.#next = Math.min(delay * 2, LONGEST_DELAY);
    return delay;
  }
}
