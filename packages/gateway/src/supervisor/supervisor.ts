import type { Server } from 'node:http';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { Address, Config, RevocationFeed } from '@portcullis/guard';
import type { Logger } from 'pino';
import { messageOf, StartError } from '../errors.ts';
import type { MetricJson } from '../telemetry/metrics.ts';
import { openProcessLog } from '../telemetry/process-log.ts';
import { claimAddress, formatAddress } from './addresses.ts';
import type { AdminPages } from './admin-pages.ts';
import { type Health, startAdminServer } from './admin-server.ts';
import { checkConfig, type LoadedConfig } from './config-file.ts';
import { Crew, type CrewTerms, type SupervisorLog } from './crew.ts';
import { mergeMetrics } from './merge-metrics.ts';
import type { Revision } from './messages.ts';
import { PreparedWorkers } from './prepared-workers.ts';
import { type Change, FIRST_REVISION, Reloads } from './reloads.ts';
import { limitWarnings, readSystemLimits } from './system-limits.ts';

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
  readonly #logger: SupervisorLog;
  /** The same, where it is our own: its level follows the configuration. */
  readonly #ownLog: Logger | undefined;
  readonly #listen: { gateway: Address; admin: Address };
  readonly #crew: Crew;
  readonly #reloads: Reloads;
  readonly #revocations: RevocationFeed | undefined;
  readonly #companion: Companion | undefined;
  readonly #pages: AdminPages | undefined;
  #unfollow = (): void => {};
  readonly #resolveStopped: () => void;
  #stopping = false;
  #admin: Server | undefined;

  private constructor({ loaded, ...options }: GatewayOptions, listen: { gateway: Address; admin: Address }) {
    const env = options.env ?? process.env;
    const log = openProcessLog('supervisor', loaded.configuration.config.log.level);
    this.#ownLog = options.logger === undefined ? log : undefined;
    this.#logger = options.logger ?? log;
    this.#revocations = options.revocations;
    this.#companion = options.companion;
    this.#pages = options.pages;
    this.#listen = listen;
    this.#crew = new Crew(revisionOf(loaded, FIRST_REVISION), this.#termsOf(loaded), {
      listen: listen.gateway,
      prepared: options.prepared ?? new PreparedWorkers(env),
      logger: this.#logger,
    });
    this.#reloads = new Reloads({
      loaded,
      env,
      logger: this.#logger,
      apply: (change) => this.#apply(change),
      onApplied: ({ next, needsNewWorkers }) => {
        if (needsNewWorkers) this.#tellLimits(next.configuration.config);
      },
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
    await supervisor.#run(configuration.config);
    return supervisor;
  }

  get addresses(): { gateway: string; admin: string } {
    return { gateway: formatAddress(this.#listen.gateway), admin: formatAddress(this.#listen.admin) };
  }

  async #run(config: Config): Promise<void> {
    process.on('SIGHUP', this.#onHangUp).on('SIGUSR2', this.#onRoll).on('SIGUSR1', ignore);
    try {
      const started = this.#crew.start(this.#followRevocations());
      this.#reloads.waitFor(started);
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
    this.#reloads.watch();
    this.#logger.info({ ...this.addresses, workers: this.#crew.wanted }, 'gateway listening');
    this.#tellLimits(config);
  }

  /** Fulfilled once all that are in force are known. */
  async #followRevocations(): Promise<void> {
    const unfollow = await this.#revocations?.follow(async (batch) => this.#crew.revoke(batch));
    if (unfollow === undefined) return;
    if (this.#stopping) unfollow();
    else this.#unfollow = unfollow;
  }

  #tellLimits(config: Config): void {
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

  /** Asked for by hand: every worker is replaced by a new one, whatever has changed. */
  readonly #onRoll = (): void => {
    this.#reloads.replaceWorkers();
  };

  /** Also for what is not watched: a moved access log is opened anew, and local key files are read again. */
  readonly #onHangUp = (): void => {
    this.#crew.reopenLogs();
    this.#reloads.reloadUnattended();
  };

  reload(): Promise<void> {
    return this.#reloads.reload();
  }

  async #apply({ before, next, revision, needsNewWorkers }: Change): Promise<void> {
    await this.#companion?.apply(next);
    try {
      if (needsNewWorkers) await this.#crew.roll(revisionOf(next, revision), this.#termsOf(next));
      else await this.#crew.apply(revisionOf(next, revision));
    } catch (error) {
      await this.#companion?.apply(before);
      throw error;
    }
    if (this.#ownLog !== undefined) this.#ownLog.level = next.configuration.config.log.level;
  }

  refreshKeys(issuer: string): void {
    this.#crew.refreshKeys(issuer);
  }

  async stop(): Promise<void> {
    if (this.#stopping) return this.stopped;
    this.#stopping = true;
    this.#reloads.close();
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
    return mergeMetrics([...(await this.#crew.metrics()), beside], this.#reloads.metrics());
  }
}

function revisionOf({ text, configuration }: LoadedConfig, revision: number): Revision {
  return { revision, file: resolve(configuration.file), text };
}

function ignore(): void {}

function workerCount(workers: number | 'auto'): number {
  // Sharing one port without a process in between is a property of Linux here.
  if (process.platform !== 'linux' && workers === 'auto') return 1;
  return workers === 'auto' ? availableParallelism() : workers;
}
