/** Exit codes of a process that a signal ended, as shells count them. */
const ENDED_BY = { SIGINT: 130, SIGTERM: 143 } as const;

/** Resolves at the first SIGINT or SIGTERM. At the second, the process ends at once. */
export function askedToStop(): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let asked = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (asked) process.exit(ENDED_BY[signal]);
      asked = true;
      resolve(signal);
    });
  }
  return promise;
}
