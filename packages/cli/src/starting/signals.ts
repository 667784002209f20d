/** Exit codes of a process that a signal ended, as shells count them. */
const ENDED_BY = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * npm hands a Ctrl-C on to its child, which the terminal has sent it to already: what arrives within this many
 * milliseconds is the same wish.
 */
const SAME_WISH = 1000;

/** The wish to stop, once somebody had it. */
export class StopRequest {
  /** Resolves at the first signal. */
  readonly asked: Promise<void>;
  readonly #resolve: () => void;
  #askedAt: number | undefined;
  #ignored = false;

  /** @param onIgnored called when a further signal comes too soon to be a wish of its own; at most once */
  constructor(signals: readonly (keyof typeof ENDED_BY)[], onIgnored: () => void) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.asked = promise;
    this.#resolve = resolve;
    for (const signal of signals) process.on(signal, () => this.#receive(ENDED_BY[signal], onIgnored));
  }

  get isAsked(): boolean {
    return this.#askedAt !== undefined;
  }

  /** At a second wish the process ends at once. */
  #receive(exitCode: number, onIgnored: () => void): void {
    if (this.#askedAt === undefined) {
      this.#askedAt = performance.now();
      this.#resolve();
    } else if (performance.now() - this.#askedAt > SAME_WISH) process.exit(exitCode);
    else if (!this.#ignored) {
      this.#ignored = true;
      onIgnored();
    }
  }
}
