import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import type { MetricJson } from '../telemetry/metrics.ts';
import type { Answers, FromWorker, Question, ToWorker } from './messages.ts';

/**
 * Short-lived garbage of a busy proxy dies in a young generation of this size, in MB. It has it from the start: while V8
 * tries smaller ones, requests wait for it (p99 at saturation 10 ms, with it 3 ms).
 */
const YOUNG_GENERATION = 64;
/** What lives longer is looked through once it is so much, in MB, and not at a few: each look makes requests wait for 5 to 20 ms. */
const OLD_GENERATION = 128;
/**
 * How V8 keeps house in a worker. A heap made smaller while nothing is to be done costs the next requests one more such look. And of
 * what lived longer once, as what is remembered of new tokens, V8 would put all that is made later among what lives long at once
 * (pretenuring): as garbage it would wait there for such a look.
 */
const MEMORY = [
  `--min-semi-space-size=${YOUNG_GENERATION}`,
  `--max-semi-space-size=${YOUNG_GENERATION}`,
  `--initial-old-space-size=${OLD_GENERATION}`,
  '--no-memory-reducer',
  '--no-allocation-site-pretenuring',
];

/** How long a worker may take over each question. Milliseconds. */
const PATIENCE = {
  open: 60_000,
  listen: 60_000,
  apply: 60_000,
  revoke: 60_000,
  collect: 2_000,
  find: 2_000,
  ping: 600_000,
} as const;

/** Beyond its drain time, a worker gets this long to end before it is killed. Milliseconds. */
const KILL_AFTER = 2_000;

/** The worker ended before it answered: that says nothing of what it was asked. */
export class WorkerEnded extends Error {
  override readonly name = 'WorkerEnded';
  constructor() {
    super('the worker process ended');
  }
}

interface Waiting {
  readonly done: (value: Answers[keyof Answers]) => void;
  readonly fail: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** The supervisor's end of one worker. */
export class WorkerProcess {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #questions = 0;
  listening = false;
  /** Another has taken its place: it finishes what it has, and its end is no crash. */
  retired = false;
  /** The revision it has in force; 0 before the first. */
  revision = 0;
  /** As the worker told last. */
  issuersWithoutKeys: readonly string[] = [];
  /** What it told of its metrics last. */
  lastMetrics: readonly MetricJson[] = [];

  private constructor(worker: Worker) {
    this.#worker = worker;
    // A message to a worker that has just died; its exit is told apart.
    worker.on('error', () => {});
    worker.on('message', (message: FromWorker) => this.#hear(message));
    worker.once('exit', () => {
      for (const id of [...this.#waiting.keys()]) this.#settle(id)?.fail(new WorkerEnded());
    });
  }

  static spawn(env: NodeJS.ProcessEnv): WorkerProcess {
    cluster.setupPrimary({
      exec: fileURLToPath(import.meta.resolve('@portcullis/gateway/worker')),
      args: [],
      execArgv: MEMORY,
    });
    return new WorkerProcess(cluster.fork(env));
  }

  get pid(): number | undefined {
    return this.#worker.process.pid;
  }

  get ended(): boolean {
    return this.#worker.isDead();
  }

  send(message: ToWorker): void {
    if (this.#worker.isConnected()) this.#worker.send(message);
  }

  onExit(callback: (code: number | null, signal: string | null) => void): void {
    this.#worker.once('exit', callback);
  }

  kill(): void {
    this.#worker.process.kill('SIGKILL');
  }

  /**
   * Lets it finish, and kills it when it does not.
   *
   * @param drain seconds that requests under way may take
   * @returns fulfilled once it has ended
   */
  end(drain: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(() => this.kill(), drain * 1000 + KILL_AFTER);
    this.onExit(() => {
      clearTimeout(timer);
      resolve();
    });
    this.send({ type: 'drain' });
    return promise;
  }

  /** Rejects with what the worker says when it cannot, with {@link WorkerEnded}, or when it takes too long. */
  ask<T extends Question['type']>(question: Extract<Question, { type: T }>): Promise<Answers[T]> {
    this.#questions += 1;
    const id = this.#questions;
    const asked: Question = question;
    if (this.ended) return Promise.reject(new WorkerEnded());
    const { promise, resolve, reject } = Promise.withResolvers<Answers[T]>();
    const late = (): void =>
      this.#settle(id)?.fail(new Error(`the worker did not answer "${asked.type}" in time`));
    const timer = setTimeout(late, PATIENCE[asked.type]).unref();
    // Both ends are of one version: what comes back is what `Answers` says.
    this.#waiting.set(id, { done: (value) => resolve(value as Answers[T]), fail: reject, timer });
    this.send({ ...asked, id });
    return promise;
  }

  /** The worker's metrics; those it told last when it does not answer in time. */
  async collect(): Promise<readonly MetricJson[]> {
    try {
      this.lastMetrics = await this.ask<'collect'>({ type: 'collect' });
    } catch {
      // They are told with the next answer.
    }
    return this.lastMetrics;
  }

  #hear(message: FromWorker): void {
    if (message.type === 'without_keys') this.issuersWithoutKeys = message.issuers;
    else if (message.type === 'answer') this.#settle(message.id)?.done(message.value);
    else this.#settle(message.id)?.fail(new Error(message.message));
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    clearTimeout(waiting?.timer);
    this.#waiting.delete(id);
    return waiting;
  }
}
