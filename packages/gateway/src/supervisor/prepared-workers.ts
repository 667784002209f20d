import { WorkerProcess } from './worker-process.ts';

/**
 * Processes that come up while what they are to be told is still being read: on a machine with more than one core the first
 * answer comes that much sooner.
 */
export class PreparedWorkers {
  readonly #env: NodeJS.ProcessEnv;
  readonly #prepared: WorkerProcess[] = [];

  /** @param env of the workers */
  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  /** Lets so many come up. */
  prepare(count: number): void {
    while (this.#prepared.length < count) this.#prepared.push(WorkerProcess.spawn(this.#env));
  }

  /** One that was prepared, or a new one. */
  take(): WorkerProcess {
    for (let worker = this.#prepared.shift(); worker !== undefined; worker = this.#prepared.shift()) {
      if (!worker.ended) return worker;
    }
    return WorkerProcess.spawn(this.#env);
  }

  /** Ends those that nobody has taken. */
  end(): void {
    for (const worker of this.#prepared.splice(0)) worker.kill();
  }
}
