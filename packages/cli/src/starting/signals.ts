/** Exit codes of a process that a signal ended, as shells count them. */
const ENDED_BY = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * npm hands a Ctrl-C on to its child, which the terminal has sent it to already: what arrives within this many
 * milliseconds is the same wish.
 */
const SAME_WISH = 1000;

/** Resolves at the first of these signals. At the next one, the process ends at once. */
export function askedToStop(signals: readonly (keyof typeof ENDED_BY)[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let askedAt: number | undefined;
  for (const signal of signals) {
    process.on(signal, () => {
      askedAt ??= performance.now();
      if (performance.now() - askedAt > SAME_WISH) process.exit(ENDED_BY[signal]);
      resolve();
    });
  }
  return promise;
}
