import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { IssuerLog } from '../issuer-log.ts';
import type { IssuerMetric } from '../record/metrics.ts';
import type { FromIssuer, IssuerSetting, Question, ToIssuer } from './messages.ts';

/** How long the process may take over a question. Milliseconds. */
const PATIENCE = { start: 60_000, apply: 60_000, collect: 2_000 } as const;
/** One that ends unasked is started again: the first time at once, then later and later. Milliseconds. */
const FIRST_DELAY = 100;
const LONGEST_DELAY = 10_000;
const STABLE_AFTER = 30_000;
/** How long it may take to end before it is ended. Milliseconds. */
const KILL_AFTER = 10_000;

interface Waiting {
  readonly done: (metrics: readonly IssuerMetric[]) => void;
  readonly fail: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** The issuer says that it cannot; `code` is that of a StoreError or of the system, where there is one. */
export class IssuerRefusal extends Error {
  override readonly name = 'IssuerRefusal';
  readonly code: string | undefined;

  constructor(message: string, code: string | undefined) {
    super(message);
    this.code = code;
  }
}

export interface IssuerProcessOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Told once the key set shows other keys than before. */
  readonly onKeysChanged?: () => void;
  readonly logger: IssuerLog;
}

/** The issuer in a process of its own, so that what it computes disturbs nobody; kept running. */
export class IssuerProcess {
  readonly #options: IssuerProcessOptions;
  readonly #waiting = new Map<number, Waiting>();
  #setting: IssuerSetting;
  #child: ChildProcess | undefined;
  #questions = 0;
  #restarts = 0;
  #delay = FIRST_DELAY;
  #steady = false;
  #up = false;

  private constructor(setting: IssuerSetting, options: IssuerProcessOptions) {
    this.#setting = setting;
    this.#options = options;
  }

  /** @throws {IssuerRefusal} with what the issuer says when it cannot start */
  static async start(setting: IssuerSetting, options: IssuerProcessOptions): Promise<IssuerProcess> {
    const issuer = new IssuerProcess(setting, options);
    try {
      await issuer.#spawn();
    } catch (error) {
      await issuer.stop();
      throw error;
    }
    issuer.#steady = true;
    return issuer;
  }

  /**
   * Takes another configuration.
   *
   * @throws Error with what the issuer says when it cannot use it: the one before stays in use then
   */
  async apply(setting: IssuerSetting): Promise<void> {
    if (this.#up) await this.#ask({ type: 'apply', setting });
    this.#setting = setting;
  }

  /** Whether it serves now. */
  get isUp(): boolean {
    return this.#up;
  }

  /** What the issuer counts, and how it fares. */
  async metrics(): Promise<readonly IssuerMetric[]> {
    const told = this.#up ? await this.#ask({ type: 'collect' }).catch(() => []) : [];
    return [
      ...told,
      {
        name: 'portcullis_issuer_up',
        help: 'Whether the issuer serves: 1 or 0.',
        type: 'gauge',
        aggregator: 'max',
        values: [{ value: this.#up ? 1 : 0, labels: {} }],
      },
      {
        name: 'portcullis_issuer_restarts_total',
        help: 'How often the issuer ended unasked.',
        type: 'counter',
        aggregator: 'sum',
        values: [{ value: this.#restarts, labels: {} }],
      },
    ];
  }

  async stop(): Promise<void> {
    this.#steady = false;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((done) => child.once('exit', () => done()));
    const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER);
    this.#send({ type: 'stop' });
    await ended;
    clearTimeout(timer);
  }

  async #spawn(): Promise<void> {
    const child = fork(fileURLToPath(import.meta.resolve('@portcullis/issuer/process')), [], {
      env: this.#options.env,
      execArgv: [],
    });
    const bornAt = performance.now();
    this.#child = child;
    // A message to a process that has just died, whose exit is told apart; or there is no room for another process.
    child.on('error', (error) => {
      if (child.pid === undefined) this.#failWaiting(error);
    });
    child.on('message', (message: FromIssuer) => this.#hear(message));
    child.once('exit', (code, signal) => this.#onExit(bornAt, { pid: child.pid, code, signal }));
    await this.#ask({ type: 'start', setting: this.#setting });
    this.#up = true;
  }

  #ask(question: Question): Promise<readonly IssuerMetric[]> {
    this.#questions += 1;
    const id = this.#questions;
    const { promise, resolve, reject } = Promise.withResolvers<readonly IssuerMetric[]>();
    const late = (): void =>
      this.#settle(id)?.fail(new Error(`the issuer did not answer "${question.type}" in time`));
    const timer = setTimeout(late, PATIENCE[question.type]);
    this.#waiting.set(id, { done: resolve, fail: reject, timer });
    this.#send({ ...question, id });
    return promise;
  }

  #send(message: ToIssuer): void {
    if (this.#child?.connected) this.#child.send(message);
  }

  #hear(message: FromIssuer): void {
    if (message.type === 'keys_changed') this.#options.onKeysChanged?.();
    else if (message.type === 'answer') this.#settle(message.id)?.done(message.metrics);
    else this.#settle(message.id)?.fail(new IssuerRefusal(message.message, message.code));
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    clearTimeout(waiting?.timer);
    this.#waiting.delete(id);
    return waiting;
  }

  #failWaiting(error: Error): void {
    for (const id of [...this.#waiting.keys()]) this.#settle(id)?.fail(error);
  }

  #onExit(bornAt: number, how: object): void {
    this.#up = false;
    this.#failWaiting(new Error('the issuer ended'));
    if (!this.#steady) return;
    this.#restarts += 1;
    if (performance.now() - bornAt > STABLE_AFTER) this.#delay = FIRST_DELAY;
    this.#options.logger.error({ ...how, againInMs: this.#delay }, 'the issuer ended, starting it again');
    this.#againLater();
  }

  #againLater(): void {
    setTimeout(() => this.#again(), this.#delay);
    this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY);
  }

  #again(): void {
    if (!this.#steady) return;
    this.#spawn().catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      this.#options.logger.error({ error: why }, 'the issuer did not start');
      // Its end brings the next attempt; what could not even be born has none.
      if (this.#child?.pid === undefined) this.#againLater();
      else this.#child.kill('SIGKILL');
    });
  }
}
