/** Starts the engine from a file of its own. */
export function startEngine(): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
}
