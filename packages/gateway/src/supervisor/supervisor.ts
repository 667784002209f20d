import { unwatchFile, watchFile } from 'node:fs';
import type { Server } from 'node:http';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { Address } from '@portcullis/guard';
import { StartError } from '../errors.ts';
import { counter, gauge } from '../telemetry/metrics.ts';
import { openProcessLog } from '../telemetry/process-log.ts';
import { claimAddress, formatAddress } from './addresses.ts';
import { type Health, startAdminServer } from './admin-server.ts';
import { type LoadedConfig, loadConfig, needsRestart } from './config-file.ts';
import { EndedWorkers } from './ended-workers.ts';
import { mergeMetrics } from './merge-metrics.ts';
import { HARMLESS_SIGNALS, type Revision } from './messages.ts';
import { WorkerProcess } from './worker-process.ts';

/** How often the configuration file is looked at for changes. Milliseconds. */
const WATCH_INTERVAL = 500;
/** A crashed worker is replaced at once the first time, then later and later. Milliseconds. */
const FIRST_DELAY = 100;
const LONGEST_DELAY = 10_000;
/** A worker that lived this long is not in a crash loop. Milliseconds. */
const STABLE_AFTER = 30_000;
/** Beyond `gateway.drain`, a worker gets this long to end before it is killed. Milliseconds. */
const KILL_AFTER = 2_000;

/** What the supervisor has to say: facts for a machine, and a message for a person. */
export interface SupervisorLog {
  info(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export interface GatewayOptions {
  readonly configFile: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Default: JSON lines on standard error. */
  readonly logger?: SupervisorLog;
}

export interface RunningGateway {
  /** Where it listens, as `host:port`. */
  readonly addresses: { readonly gateway: string; readonly admin: string };
  /**
   * Reads the configuration again and swaps to it in every worker; requests under way are not disturbed.
   *
   * @throws ConfigError or StartError when it cannot be used: then nothing has changed
   */
  reload(): Promise<void>;
  /** Stops listening, lets requests finish within `gateway.drain`, and ends the workers. */
  stop(): Promise<void>;
  readonly stopped: Promise<void>;
}

/**
 * Starts the gateway: one worker process per core (or `gateway.workers`) on one port, replaced when they crash,
 * and the admin listener. The configuration file is watched.
 *
 * @throws ConfigError, StartError: the message says what is wrong, where, and what to do
 */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const supervisor = await Supervisor.start(options);
  return supervisor;
}

class Supervisor implements RunningGateway {
  readonly stopped: Promise<void>;
  readonly #file: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #logger: SupervisorLog;
  readonly #listen: { gateway: Address; admin: Address };
  readonly #wanted: number;
  readonly #workers = new Set<WorkerProcess>();
  readonly #resolveStopped: () => void;
  #loaded: LoadedConfig;
  #revision = 1;
  #failedReloads = 0;
  #lastReloadFailed = false;
  #crashes = 0;
  readonly #ended = new EndedWorkers();
  #delay = FIRST_DELAY;
  #started = false;
  #stopping = false;
  #admin: Server | undefined;
  #reloading: Promise<void> = Promise.resolve();

  private constructor(
    options: GatewayOptions,
    loaded: LoadedConfig,
    listen: { gateway: Address; admin: Address },
  ) {
    this.#file = resolve(options.configFile);
    this.#env = options.env ?? process.env;
    this.#loaded = loaded;
    const { gateway, log } = loaded.configuration.config;
    this.#logger = options.logger ?? openProcessLog('supervisor', log.level);
    this.#listen = listen;
    this.#wanted = workerCount(gateway.workers);
    const { promise, resolve: resolveStopped } = Promise.withResolvers<void>();
    this.stopped = promise;
    this.#resolveStopped = resolveStopped;
  }

  static async start(options: GatewayOptions): Promise<Supervisor> {
    const file = resolve(options.configFile);
    const loaded = await loadConfig(file, options.env ?? process.env, 1);
    const { listen } = loaded.configuration.config;
    const supervisor = new Supervisor(options, loaded, {
      gateway: await claimAddress(listen.gateway, 'listen.gateway'),
      admin: await claimAddress(listen.admin, 'listen.admin'),
    });
    await supervisor.#run();
    return supervisor;
  }

  get addresses(): { gateway: string; admin: string } {
    return { gateway: formatAddress(this.#listen.gateway), admin: formatAddress(this.#listen.admin) };
  }

  async #run(): Promise<void> {
    try {
      await Promise.all(Array.from({ length: this.#wanted }, () => this.#spawn()));
    } catch (error) {
      await this.stop();
      throw new StartError(error instanceof Error ? error.message : String(error), { cause: error });
    }
    this.#admin = await startAdminServer(this.#listen.admin, {
      health: () => this.#health(),
      metrics: () => this.#metrics(),
    });
    watchFile(this.#file, { interval: WATCH_INTERVAL, persistent: false }, this.#onChange);
    process.on('SIGHUP', this.#onHangUp);
    for (const signal of HARMLESS_SIGNALS) process.on(signal, ignore);
    this.#started = true;
    this.#logger.info({ ...this.addresses, workers: this.#wanted }, 'gateway listening');
  }

  async #spawn(): Promise<void> {
    const worker = WorkerProcess.spawn(this.#env);
    const bornAt = performance.now();
    this.#workers.add(worker);
    worker.onExit((code, signal) => this.#onExit(worker, bornAt, { code, signal }));
    const revision = this.#current();
    try {
      await worker.ask({ type: 'start', revision, listen: this.#listen.gateway });
    } catch (error) {
      worker.kill(); // its end brings the next attempt
      throw error;
    }
    worker.listening = true;
    // A reload may have passed while this one was starting.
    if (revision.revision !== this.#revision) await worker.ask({ type: 'apply', revision: this.#current() });
  }

  #current(): Revision {
    return { revision: this.#revision, file: this.#file, text: this.#loaded.text };
  }

  #onExit(worker: WorkerProcess, bornAt: number, how: { code: number | null; signal: string | null }): void {
    this.#workers.delete(worker);
    this.#ended.keep(worker);
    if (this.#stopping || !this.#started) return;
    this.#crashes += 1;
    if (performance.now() - bornAt > STABLE_AFTER) this.#delay = FIRST_DELAY;
    this.#logger.error(
      { worker: worker.pid, ...how, againInMs: this.#delay },
      'worker ended, starting another',
    );
    setTimeout(() => this.#replace(), this.#delay);
    this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY);
  }

  #replace(): void {
    if (this.#stopping || this.#workers.size >= this.#wanted) return;
    this.#spawn().catch((error: unknown) => {
      this.#logger.error(
        { error: error instanceof Error ? error.message : String(error) },
        'worker did not start',
      );
    });
  }

  readonly #onChange = (): void => {
    this.reload().catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      this.#logger.error({ file: this.#file }, `the changed configuration is not used:\n${why}`);
    });
  };

  /** Also for what is not watched: local key files are read again, and a moved access log is opened anew. */
  readonly #onHangUp = (): void => {
    for (const worker of this.#workers) worker.send({ type: 'reopen' });
    this.#onChange();
  };

  /** One at a time, in order. */
  reload(): Promise<void> {
    const turn = this.#reloading.then(() => this.#reloadNow());
    this.#reloading = turn.catch(() => {});
    return turn;
  }

  async #reloadNow(): Promise<void> {
    if (this.#stopping) return;
    try {
      const next = await loadConfig(this.#file, this.#env, this.#revision + 1);
      const fixed = needsRestart(this.#loaded.configuration, next.configuration);
      if (fixed.length > 0) {
        throw new StartError(`${fixed.join(', ')} cannot change while the gateway runs: restart it`);
      }
      await this.#apply(next);
      this.#lastReloadFailed = false;
      this.#logger.info({ revision: this.#revision }, 'configuration reloaded');
    } catch (error) {
      this.#failedReloads += 1;
      this.#lastReloadFailed = true;
      throw error;
    }
  }

  /** One worker goes first: when it cannot apply the revision, no other ever sees it. */
  async #apply(next: LoadedConfig): Promise<void> {
    const before = { loaded: this.#loaded, revision: this.#revision };
    this.#loaded = next;
    this.#revision += 1;
    const message = { type: 'apply', revision: this.#current() } as const;
    const [first, ...others] = [...this.#workers].filter((worker) => worker.listening);
    try {
      await first?.ask(message);
    } catch (error) {
      this.#loaded = before.loaded;
      this.#revision = before.revision;
      throw error;
    }
    await Promise.all(
      others.map((worker) =>
        worker.ask(message).catch((error: unknown) => {
          const why = error instanceof Error ? error.message : String(error);
          this.#logger.error({ worker: worker.pid, error: why }, 'worker kept an old revision, replacing it');
          worker.send({ type: 'drain' });
        }),
      ),
    );
  }

  async stop(): Promise<void> {
    if (this.#stopping) return this.stopped;
    this.#stopping = true;
    unwatchFile(this.#file, this.#onChange);
    process.off('SIGHUP', this.#onHangUp);
    for (const signal of HARMLESS_SIGNALS) process.off(signal, ignore);
    const exits = [...this.#workers].map((worker) => this.#end(worker));
    await Promise.all(exits);
    const admin = this.#admin;
    if (admin !== undefined) await new Promise((done) => admin.close(done).closeAllConnections());
    this.#resolveStopped();
  }

  #end(worker: WorkerProcess): Promise<void> {
    const patience = this.#loaded.configuration.config.gateway.drain * 1000 + KILL_AFTER;
    return new Promise((done) => {
      const timer = setTimeout(() => worker.kill(), patience);
      worker.onExit(() => {
        clearTimeout(timer);
        done();
      });
      worker.send({ type: 'drain' });
    });
  }

  #health(): Health {
    const listening = [...this.#workers].filter((worker) => worker.listening);
    return {
      ready: listening.length > 0 && !this.#stopping,
      revision: this.#revision,
      workers: listening.length,
      wanted: this.#wanted,
      issuersWithoutKeys: [...new Set(listening.flatMap((worker) => worker.issuersWithoutKeys))],
    };
  }

  async #metrics(): Promise<string> {
    const workers = await Promise.all([...this.#workers].map((worker) => worker.collect()));
    return mergeMetrics(
      [...workers, this.#ended.counts()],
      [
        gauge('portcullis_workers', 'Workers that listen.', this.#health().workers),
        counter('portcullis_worker_crashes_total', 'Workers that ended unasked.', this.#crashes),
        counter(
          'portcullis_reload_failures_total',
          'Changed configurations that could not be used.',
          this.#failedReloads,
        ),
        gauge(
          'portcullis_last_reload_successful',
          'Whether the configuration file could be used when it was last read: 1 or 0.',
          this.#lastReloadFailed ? 0 : 1,
        ),
      ],
    );
  }
}

function ignore(): void {}

function workerCount(workers: number | 'auto'): number {
  // Sharing one port without a process in between is a property of Linux here.
  if (process.platform !== 'linux' && workers === 'auto') return 1;
  return workers === 'auto' ? availableParallelism() : workers;
}
