import type { Revocation } from '@portcullis/guard';
import { RevocationLog } from './revocation-log.ts';
import { WorkerEnded, type WorkerProcess } from './worker-process.ts';

/** As much of a worker as is told of revocations. */
export type ToldWorker = Pick<WorkerProcess, 'ask' | 'listening'>;

/** Sees to it that every worker knows all that is revoked before it lets anything in. */
export class RevocationRelay<Worker extends ToldWorker> {
  readonly #log = new RevocationLog();
  /** Of each worker that comes up: when it has taken all that it was told so far. */
  readonly #comingUp = new Map<Worker, Promise<void>>();
  readonly #onStuck: (worker: Worker) => void;

  /** @param onStuck told of a worker that does not take what it is told: it would let revoked tokens in */
  constructor(onStuck: (worker: Worker) => void) {
    this.#onStuck = onStuck;
  }

  /** Begins to tell a worker, which does not listen yet, what was revoked so far and what comes. */
  introduce(worker: Worker): void {
    this.#comingUp.set(worker, Promise.resolve());
    for (const batch of this.#log.batches()) this.#tellNext(worker, batch);
  }

  /**
   * Tells all workers. None that listens is waited for, since one that stands still must not keep the next revocation from
   * the others; those that come up are told one batch after the other.
   */
  revoke(revocations: readonly Revocation[], workers: Iterable<Worker>): void {
    const batch = this.#log.add(revocations, Date.now() / 1000);
    for (const worker of workers) {
      if (worker.listening) void this.#tell(worker, batch);
      else this.#tellNext(worker, batch);
    }
  }

  /** Waits until a worker that comes up knows all: it may be started. */
  async isTold(worker: Worker): Promise<void> {
    for (let told = this.#comingUp.get(worker); told !== undefined; ) {
      await told;
      const more = this.#comingUp.get(worker);
      told = more === told ? undefined : more;
    }
  }

  forget(worker: Worker): void {
    this.#comingUp.delete(worker);
  }

  /** After all that it was told before. It may begin to listen meanwhile: what is told it then may come first. */
  #tellNext(worker: Worker, batch: string): void {
    const before = this.#comingUp.get(worker) ?? Promise.resolve();
    this.#comingUp.set(
      worker,
      before.then(() => this.#tell(worker, batch)),
    );
  }

  async #tell(worker: Worker, batch: string): Promise<void> {
    await worker.ask<'revoke'>({ type: 'revoke', batch }).catch((error: unknown) => {
      if (!(error instanceof WorkerEnded)) this.#onStuck(worker);
    });
  }
}
