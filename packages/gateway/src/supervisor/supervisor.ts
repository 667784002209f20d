import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { Address, RevocationFeed } from '@portcullis/guard';
import type { Logger } from 'pino';
import { messageOf, StartError } from '../errors.ts';
import { counter, gauge, type MetricJson } from '../telemetry/metrics.ts';
import { openProcessLog } from '../telemetry/process-log.ts';
import { claimAddress, formatAddress } from './addresses.ts';
import type { AdminPages } from './admin-pages.ts';
import { type Health, startAdminServer } from './admin-server.ts';
import { checkConfig, type LoadedConfig, loadConfig, needsNewWorkers, needsRestart } from './config-file.ts';
import { Crew, type CrewTerms, type SupervisorLog } from './crew.ts';
import { mergeMetrics } from './merge-metrics.ts';
import type { Revision } from './messages.ts';
import { PreparedWorkers } from './prepared-workers.ts';
import { limitWarnings, readSystemLimits } from './system-limits.ts';

/** How often the configuration file is looked at for changes. Milliseconds. */
const WATCH_INTERVAL = 500;
/** After how long a configuration that could not be used is tried again. Milliseconds. */
const TRY_AGAIN_AFTER = 5_000;
const FIRST_REVISION = 1;

/** What runs beside the gateway, shares its configuration, and tells its metrics on the same page. */
export interface Companion {
  /** Takes a changed configuration; rejects when it cannot use it, and then goes on with the one before. */
  apply(loaded: LoadedConfig): Promise<void>;
  metrics(): Promise<readonly MetricJson[]>;
  /** Whether it serves now. */
  isUp(): boolean;
}

export interface GatewayOptions {
  /** As it was read from its file, which is watched from then on. */
  readonly loaded: LoadedConfig;
  readonly env?: NodeJS.ProcessEnv;
  /** Workers that come up already, with the same `env`. Who made them ends those that are left when the gateway does not start. */
  readonly prepared?: PreparedWorkers;
  /** What was revoked; followed for as long as the gateway runs. Absent: tokens are good until they expire. */
  readonly revocations?: RevocationFeed | undefined;
  readonly companion?: Companion | undefined;
  /** What else the admin listener shows. */
  readonly pages?: AdminPages | undefined;
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
  /** For who knows that the keys of an issuer (its `iss`) have changed: every worker loads them now. */
  refreshKeys(issuer: string): void;
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
  /** The same, where it is our own: its level follows the configuration. */
  readonly #ownLog: Logger | undefined;
  readonly #listen: { gateway: Address; admin: Address };
  readonly #crew: Crew;
  readonly #revocations: RevocationFeed | undefined;
  readonly #companion: Companion | undefined;
  readonly #pages: AdminPages | undefined;
  #unfollow = (): void => {};
  readonly #resolveStopped: () => void;
  #loaded: LoadedConfig;
  /** Also of revisions that could not be used: a number never stands for two of them. */
  #lastRevision = FIRST_REVISION;
  #failedReloads = 0;
  #lastReloadFailed = false;
  #rollAnyway = false;
  #nextTry: NodeJS.Timeout | undefined;
  #stopping = false;
  #admin: Server | undefined;
  #reloading: Promise<void> = Promise.resolve();
  #nextReload: Promise<void> | undefined;

  private constructor({ loaded, ...options }: GatewayOptions, listen: { gateway: Address; admin: Address }) {
    this.#file = resolve(loaded.configuration.file);
    this.#env = options.env ?? process.env;
    this.#loaded = loaded;
    const log = openProcessLog('supervisor', loaded.configuration.config.log.level);
    this.#ownLog = options.logger === undefined ? log : undefined;
    this.#logger = options.logger ?? log;
    this.#revocations = options.revocations;
    this.#companion = options.companion;
    this.#pages = options.pages;
    this.#listen = listen;
    this.#crew = new Crew(this.#revisionOf(loaded, FIRST_REVISION), this.#termsOf(loaded), {
      listen: listen.gateway,
      prepared: options.prepared ?? new PreparedWorkers(this.#env),
      logger: this.#logger,
    });
    const { promise, resolve: resolveStopped } = Promise.withResolvers<void>();
    this.stopped = promise;
    this.#resolveStopped = resolveStopped;
  }

  static async start(options: GatewayOptions): Promise<Supervisor> {
    const { configuration } = options.loaded;
    await checkConfig(configuration, FIRST_REVISION);
    const { listen } = configuration.config;
    const supervisor = new Supervisor(options, {
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
    process.on('SIGHUP', this.#onHangUp).on('SIGUSR2', this.#onRoll).on('SIGUSR1', ignore);
    try {
      const started = this.#crew.start(this.#followRevocations());
      this.#reloading = started.catch(() => {}); // what asks for a reload meanwhile gets it afterwards
      await started;
      this.#admin = await startAdminServer(this.#listen.admin, {
        health: () => this.#health(),
        metrics: () => this.#metrics(),
        refusal: (requestId) => this.#crew.find(requestId),
        pages: this.#pages,
      });
    } catch (error) {
      await this.stop();
      throw new StartError(messageOf(error), { cause: error });
    }
    watchFile(this.#file, { interval: WATCH_INTERVAL, persistent: false }, this.#onChange);
    void this.#readIfChanged();
    this.#logger.info({ ...this.addresses, workers: this.#crew.wanted }, 'gateway listening');
    this.#tellLimits();
  }

  /** Fulfilled once all that are in force are known. */
  async #followRevocations(): Promise<void> {
    const unfollow = await this.#revocations?.follow(async (batch) => this.#crew.revoke(batch));
    if (unfollow === undefined) return;
    if (this.#stopping) unfollow();
    else this.#unfollow = unfollow;
  }

  #tellLimits(): void {
    const { config } = this.#loaded.configuration;
    const warnings = limitWarnings(config, this.#crew.wanted, readSystemLimits());
    for (const warning of warnings) this.#logger.warn({}, warning);
  }

  #termsOf({ configuration }: LoadedConfig): CrewTerms {
    const { gateway, log } = configuration.config;
    return {
      wanted: workerCount(gateway.workers),
      help: log.help ?? `http://${formatAddress(this.#listen.admin)}/reasons/`,
      patience: gateway.timeouts.worker,
      drain: gateway.drain,
    };
  }

  #revisionOf({ text }: LoadedConfig, revision: number): Revision {
    return { revision, file: this.#file, text };
  }

  readonly #onChange = (): void => {
    this.reload().catch((error: unknown) => this.#tellUnused(error));
  };

  /** What has changed since the file was read and before it was watched nobody else would tell. */
  async #readIfChanged(): Promise<void> {
    const text = await readFile(this.#file, 'utf8').catch(() => undefined);
    if (text !== undefined && text !== this.#loaded.text) this.#onChange();
  }

  /** Asked for by hand: every worker is replaced by a new one, whatever has changed. */
  readonly #onRoll = (): void => {
    this.#rollAnyway = true;
    this.#onChange();
  };

  /** Also for what is not watched: a moved access log is opened anew, and local key files are read again. */
  readonly #onHangUp = (): void => {
    this.#crew.reopenLogs();
    this.#onChange();
  };

  /** One at a time; who asks while one waits for its turn shares it. */
  reload(): Promise<void> {
    this.#nextReload ??= this.#reloading.then(() => {
      this.#nextReload = undefined;
      const turn = this.#reloadNow();
      this.#reloading = turn.catch(() => {});
      return turn;
    });
    return this.#nextReload;
  }

  async #reloadNow(): Promise<void> {
    if (this.#stopping) return;
    clearTimeout(this.#nextTry);
    try {
      this.#lastRevision += 1;
      const revision = this.#lastRevision;
      const next = await loadConfig(this.#file, this.#env, revision);
      const fixed = needsRestart(this.#loaded.configuration, next.configuration);
      if (fixed.length > 0) {
        throw new StartError(`${fixed.join(', ')} cannot change while the gateway runs: restart it`);
      }
      const rolls = this.#rollAnyway || needsNewWorkers(this.#loaded.configuration, next.configuration);
      this.#rollAnyway = false;
      await this.#companion?.apply(next);
      try {
        if (rolls) await this.#crew.roll(this.#revisionOf(next, revision), this.#termsOf(next));
        else await this.#crew.apply(this.#revisionOf(next, revision));
      } catch (error) {
        await this.#companion?.apply(this.#loaded);
        throw error;
      }
      this.#loaded = next;
      this.#lastReloadFailed = false;
      if (this.#ownLog !== undefined) this.#ownLog.level = next.configuration.config.log.level;
      const what = rolls ? 'configuration reloaded, workers replaced' : 'configuration reloaded';
      this.#logger.info({ revision }, what);
      if (rolls) this.#tellLimits();
    } catch (error) {
      this.#failedReloads += 1;
      this.#lastReloadFailed = true;
      throw error;
    }
  }

  /** What is wrong may be a file that the configuration only names, which nobody watches for it: it is looked at again. */
  #tryAgainLater(why: string): void {
    clearTimeout(this.#nextTry);
    this.#nextTry = setTimeout(() => {
      this.reload().catch((error: unknown) => {
        if (messageOf(error) === why) this.#tryAgainLater(why);
        else this.#tellUnused(error);
      });
    }, TRY_AGAIN_AFTER).unref();
  }

  #tellUnused(error: unknown): void {
    const why = messageOf(error);
    this.#logger.error({ file: this.#file }, `the changed configuration is not used:\n${why}`);
    if (!this.#stopping) this.#tryAgainLater(why);
  }

  refreshKeys(issuer: string): void {
    this.#crew.refreshKeys(issuer);
  }

  async stop(): Promise<void> {
    if (this.#stopping) return this.stopped;
    this.#stopping = true;
    clearTimeout(this.#nextTry);
    unwatchFile(this.#file, this.#onChange);
    this.#unfollow();
    await this.#crew.stop();
    process.off('SIGHUP', this.#onHangUp).off('SIGUSR2', this.#onRoll).off('SIGUSR1', ignore);
    const admin = this.#admin;
    if (admin !== undefined) await new Promise((done) => admin.close(done).closeAllConnections());
    this.#resolveStopped();
  }

  #health(): Health {
    const { listening } = this.#crew;
    return {
      ready: listening.length > 0 && !this.#stopping,
      revision: this.#crew.revision,
      workers: listening.length,
      wanted: this.#crew.wanted,
      ...(this.#companion && { issuer: this.#companion.isUp() ? 'up' : 'down' }),
      issuersWithoutKeys: [...new Set(listening.flatMap((worker) => worker.issuersWithoutKeys))],
    };
  }

  async #metrics(): Promise<string> {
    const beside = (await this.#companion?.metrics()) ?? [];
    return mergeMetrics(
      [...(await this.#crew.metrics()), beside],
      [
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
