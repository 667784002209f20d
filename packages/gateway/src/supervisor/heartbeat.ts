import type { WorkerProcess } from './worker-process.ts';

/** How often workers are asked whether they are alive. Milliseconds. */
const INTERVAL = 1000;

/**
 * Watches over the event loops of workers: one that is stuck in a loop, in a system call or stopped still has its port,
 * and the connections that the kernel hands to it are answered by nobody.
 */
export class Heartbeat {
  readonly #missed = new WeakMap<WorkerProcess, number>();
  readonly #most: number;
  readonly #timer: NodeJS.Timeout;

  /**
   * @param patience seconds without an answer after which a worker counts as stuck
   * @param workers those that should answer now
   */
  constructor(
    patience: number,
    workers: () => readonly WorkerProcess[],
    onStuck: (worker: WorkerProcess) => void,
  ) {
    this.#most = Math.max(1, Math.ceil((patience * 1000) / INTERVAL));
    this.#timer = setInterval(() => {
      for (const worker of workers()) this.#beat(worker, onStuck);
    }, INTERVAL);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Beats are counted, not time: while the supervisor itself is suspended nobody is found stuck. */
  #beat(worker: WorkerProcess, onStuck: (worker: WorkerProcess) => void): void {
    const missed = this.#missed.get(worker);
    if (missed === undefined) {
      this.#missed.set(worker, 0);
      const answered = (): unknown => this.#missed.delete(worker);
      void worker.ask<'ping'>({ type: 'ping' }).then(answered, answered);
    } else if (missed >= this.#most) {
      this.#missed.delete(worker);
      onStuck(worker);
    } else {
      this.#missed.set(worker, missed + 1);
    }
  }
}
