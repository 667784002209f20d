import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import type { MetricJson } from '../telemetry/metrics.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** Short-lived garbage of a busy proxy dies in a young generation of this size, in MB. */
const YOUNG_GENERATION = 32;
/** How long a worker may take to tell its metrics. Milliseconds. */
const COLLECT_TIMEOUT = 2_000;

let collections = 0;

/** The supervisor's end of one worker. */
export class WorkerProcess {
  readonly #worker: Worker;
  listening = false;
  /** As the worker told last. */
  issuersWithoutKeys: readonly string[] = [];
  #lastMetrics: readonly MetricJson[] = [];

  private constructor(worker: Worker) {
    this.#worker = worker;
    // A message to a worker that has just died; its exit is told apart.
    worker.on('error', () => {});
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'without_keys') this.issuersWithoutKeys = message.issuers;
      if (message.type === 'metrics') this.#lastMetrics = message.metrics;
    });
  }

  /** What it told of its metrics last. */
  get lastMetrics(): readonly MetricJson[] {
    return this.#lastMetrics;
  }

  static spawn(env: NodeJS.ProcessEnv): WorkerProcess {
    cluster.setupPrimary({
      exec: fileURLToPath(import.meta.resolve('@portcullis/gateway/worker')),
      args: [],
      execArgv: [`--max-semi-space-size=${YOUNG_GENERATION}`],
    });
    return new WorkerProcess(cluster.fork(env));
  }

  get pid(): number | undefined {
    return this.#worker.process.pid;
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

  /** Sends `message` and waits for `listening` or `applied`; rejects with what the worker says when it failed. */
  ask(message: ToWorker): Promise<void> {
    return new Promise((done, fail) => {
      const settle = (error?: Error): void => {
        this.#worker.off('message', onMessage).off('exit', onExit);
        if (error === undefined) done();
        else fail(error);
      };
      const onMessage = (answer: FromWorker): void => {
        if (answer.type === 'failed') settle(new Error(answer.message));
        else if (answer.type === 'listening' || answer.type === 'applied') settle();
      };
      const onExit = (): void => settle(new Error('the worker process ended'));
      this.#worker.on('message', onMessage).once('exit', onExit);
      this.send(message);
    });
  }

  /** The worker's metrics; those it told last when it does not answer in time. */
  collect(): Promise<readonly MetricJson[]> {
    collections += 1;
    const id = collections;
    return new Promise((done) => {
      const settle = (metrics: readonly MetricJson[]): void => {
        clearTimeout(timer);
        this.#worker.off('message', onMessage);
        done(metrics);
      };
      const onMessage = (answer: FromWorker): void => {
        if (answer.type === 'metrics' && answer.id === id) settle(answer.metrics);
      };
      const timer = setTimeout(() => settle(this.#lastMetrics), COLLECT_TIMEOUT);
      this.#worker.on('message', onMessage);
      this.send({ type: 'collect', id });
    });
  }
}
