import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { messageOf, StartError } from '../errors.ts';
import { counter, gauge, type MetricJson } from '../telemetry/metrics.ts';
import { type LoadedConfig, loadConfig, needsNewWorkers, needsRestart } from './config-file.ts';
import type { SupervisorLog } from './crew.ts';

/** How often the configuration file is looked at for changes. Milliseconds. */
const WATCH_INTERVAL = 500;
/** After how long a configuration that could not be used is tried again. Milliseconds. */
const TRY_AGAIN_AFTER = 5_000;

export const FIRST_REVISION = 1;

/** From one configuration to the next. */
export interface Change {
  readonly before: LoadedConfig;
  readonly next: LoadedConfig;
  readonly revision: number;
  /** Whether workers that run cannot take it over, or were asked to be replaced. */
  readonly needsNewWorkers: boolean;
}

export interface ReloadOptions {
  /** In force, at the first revision. */
  readonly loaded: LoadedConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly logger: SupervisorLog;
  /** Puts a configuration in force that was found to be sound; when it rejects, that of before is. */
  readonly apply: (change: Change) => Promise<void>;
  /** Once it is in force, and that was told. */
  readonly onApplied: (change: Change) => void;
}

/** Follows the configuration file: which configuration is in force, and what becomes of one that cannot be. */
export class Reloads {
  readonly #file: string;
  readonly #options: ReloadOptions;
  #loaded: LoadedConfig;
  /** Also of revisions that could not be used: a number never stands for two of them. */
  #lastRevision = FIRST_REVISION;
  #failed = 0;
  #lastFailed = false;
  #replaceWorkers = false;
  #nextTry: NodeJS.Timeout | undefined;
  #closed = false;
  #underWay: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(options: ReloadOptions) {
    this.#options = options;
    this.#loaded = options.loaded;
    this.#file = resolve(options.loaded.configuration.file);
  }

  /** What is asked for until then gets its turn afterwards. */
  waitFor(start: Promise<void>): void {
    this.#underWay = start.catch(() => {});
  }

  /** Reads the file whenever it changes, and at once if it has. */
  watch(): void {
    watchFile(this.#file, { interval: WATCH_INTERVAL, persistent: false }, this.#onChange);
    void this.#readIfChanged();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#nextTry);
    unwatchFile(this.#file, this.#onChange);
  }

  /**
   * One at a time; who asks while one waits for its turn shares it.
   *
   * @throws ConfigError or StartError when the configuration cannot be used
   */
  reload(): Promise<void> {
    this.#next ??= this.#underWay.then(() => {
      this.#next = undefined;
      const turn = this.#reloadNow();
      this.#underWay = turn.catch(() => {});
      return turn;
    });
    return this.#next;
  }

  /** The same, and what cannot be used is told to the log and tried again. */
  reloadUnattended(): void {
    this.reload().catch((error: unknown) => this.#tellUnused(error));
  }

  /** The same, with new workers whatever has changed. */
  replaceWorkers(): void {
    this.#replaceWorkers = true;
    this.reloadUnattended();
  }

  metrics(): MetricJson[] {
    return [
      counter(
        'portcullis_reload_failures_total',
        'Changed configurations that could not be used.',
        this.#failed,
      ),
      gauge(
        'portcullis_last_reload_successful',
        'Whether the configuration file could be used when it was last read: 1 or 0.',
        this.#lastFailed ? 0 : 1,
      ),
    ];
  }

  readonly #onChange = (): void => this.reloadUnattended();

  /** What has changed since the file was read and before it was watched nobody else would tell. */
  async #readIfChanged(): Promise<void> {
    const text = await readFile(this.#file, 'utf8').catch(() => undefined);
    if (text !== undefined && text !== this.#loaded.text) this.reloadUnattended();
  }

  async #reloadNow(): Promise<void> {
    if (this.#closed) return;
    clearTimeout(this.#nextTry);
    try {
      this.#lastRevision += 1;
      const change = await this.#readChange(this.#lastRevision);
      await this.#options.apply(change);
      this.#loaded = change.next;
      this.#lastFailed = false;
      const { revision } = change;
      const what = change.needsNewWorkers
        ? 'configuration reloaded, workers replaced'
        : 'configuration reloaded';
      this.#options.logger.info({ revision }, what);
      this.#options.onApplied(change);
    } catch (error) {
      this.#failed += 1;
      this.#lastFailed = true;
      throw error;
    }
  }

  async #readChange(revision: number): Promise<Change> {
    const before = this.#loaded;
    const next = await loadConfig(this.#file, this.#options.env, revision);
    const fixed = needsRestart(before.configuration, next.configuration);
    if (fixed.length > 0) {
      throw new StartError(`${fixed.join(', ')} cannot change while the gateway runs: restart it`);
    }
    const anew = this.#replaceWorkers || needsNewWorkers(before.configuration, next.configuration);
    this.#replaceWorkers = false;
    return { before, next, revision, needsNewWorkers: anew };
  }

  #tellUnused(error: unknown): void {
    const why = messageOf(error);
    this.#options.logger.error({ file: this.#file }, `the changed configuration is not used:\n${why}`);
    if (!this.#closed) this.#tryAgainLater(why);
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
}
