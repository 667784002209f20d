import type { Server } from 'node:http';
import { type Config, createLimiter, RevocationSet } from '@portcullis/guard';
import { asStoreError, type Store, StoreError } from '@portcullis/store';
import { Generations, type GenerationsOptions } from './generations.ts';
import type { IssuerLog } from './issuer-log.ts';
import { accessTokenRing, KeyRing, type RingKeys } from './keys/key-ring.ts';
import { ringPolicyOf } from './keys/ring-policy.ts';
import { type Generation, openListener } from './listener/listener.ts';
import { IssuerRecord } from './record/issuer-record.ts';
import { type IssuerMetric, IssuerMetrics } from './record/metrics.ts';
import { LogoutNotifier } from './sessions/logout-notifier.ts';

/** How often is looked for what time asks of the keys. Milliseconds. */
const KEEP_UP_EVERY = 60_000;
/** How often expired things are forgotten, and how long between two batches. Milliseconds. */
const SWEEP_EVERY = 30_000;
const SWEEP_PAUSE = 50;
const TOUCH_EVERY = 10_000;
const FORGET_EVERY = 1_000;
/** How long requests under way may take once the issuer stops. Milliseconds. */
const DRAIN = 5_000;

export interface IssuerOptions
  extends Pick<GenerationsOptions, 'store' | 'masterKey' | 'furtherKeys' | 'logger'> {
  readonly config: Config;
  /** Told once the key set shows other keys than before. */
  readonly onKeysChanged?: () => void;
}

/** An issuer that runs. */
export interface RunningIssuer {
  /** Takes another configuration; requests under way end with the one they began with. */
  apply(config: Config): Promise<void>;
  metrics(): IssuerMetric[];
  /** Stops listening, and lets requests under way finish. */
  stop(): Promise<void>;
}

/**
 * Starts the issuer where `listen.issuer` says.
 *
 * @throws {StoreError} when keys cannot be read or opened, and an error of the system when it cannot listen
 */
export async function startIssuer(options: IssuerOptions): Promise<RunningIssuer> {
  const issuer = new Issuer(options);
  await issuer.start();
  return issuer;
}

class Issuer implements RunningIssuer {
  readonly #options: IssuerOptions;
  readonly #store: Store;
  readonly #logger: IssuerLog;
  readonly #metrics = new IssuerMetrics();
  readonly #record: IssuerRecord;
  readonly #limiter = createLimiter();
  readonly #generations: Generations;
  readonly #notifier: LogoutNotifier;
  readonly #revocations = new RevocationSet();
  readonly #timers: NodeJS.Timeout[] = [];
  #config: Config;
  #keys: RingKeys | undefined;
  #generation: Generation | undefined;
  #server: Server | undefined;
  #unwatch = (): void => {};
  #unfollow = (): void => {};
  #turn: Promise<void> = Promise.resolve();
  #lookWaits = false;
  #sweeping = false;
  #troubled = false;

  constructor(options: IssuerOptions) {
    this.#options = options;
    this.#store = options.store;
    this.#logger = options.logger;
    this.#config = options.config;
    this.#notifier = new LogoutNotifier({
      store: options.store,
      logger: options.logger,
      onTrouble: (error) => this.#tellTrouble(error),
      current: () => ({
        issuer: this.#config.issuer?.url ?? '',
        key: this.#keys?.signing.get(this.#config.issuer?.keys.algorithm ?? 'ES256'),
      }),
    });
    this.#record = new IssuerRecord({
      store: options.store,
      metrics: this.#metrics,
      logger: options.logger,
      revocations: this.#revocations,
      onTrouble: (error) => this.#tellTrouble(error),
      issuer: () => this.#config.issuer?.url ?? '',
    });
    this.#generations = new Generations({
      ...options,
      limiter: this.#limiter,
      revocations: this.#revocations,
      record: this.#record,
    });
  }

  async start(): Promise<void> {
    await this.#keepUp();
    this.#unfollow = await this.#store.revocations.follow(async (batch) => this.#revocations.add(batch), {
      onTrouble: (error) => this.#tellTrouble(error),
    });
    this.#server = await openListener(this.#config.listen.issuer, {
      current: () => this.#current,
      limiter: this.#limiter,
      onAnswer: (endpoint, status) => this.#metrics.answer(endpoint, status),
    });
    this.#unwatch = this.#store.watch(() => {
      this.#refresh();
      void this.#notifier.tell().catch((error: unknown) => this.#tellTrouble(error));
    });
    this.#every(KEEP_UP_EVERY, () => this.#inTurn(() => this.#keepUp()));
    this.#every(SWEEP_EVERY, () => this.#sweep());
    this.#every(TOUCH_EVERY, () => this.#record.touch());
    this.#every(FORGET_EVERY, async () => this.#revocations.forgetSome());
  }

  apply(config: Config): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.#config;
      this.#config = config;
      try {
        await this.#keepUp().catch((error: unknown) => this.#keepKeys(error));
      } catch (error) {
        this.#config = before;
        throw error;
      }
    });
  }

  metrics(): IssuerMetric[] {
    return this.#metrics.collect({
      signingKeys: this.#keys?.signing.size ?? 0,
      publishedKeys: this.#keys?.published.length ?? 0,
    });
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#unwatch();
    this.#unfollow();
    const server = this.#server;
    if (server !== undefined) {
      const closed = new Promise((done) => server.close(done));
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), DRAIN).unref();
      await closed;
    }
    await this.#record.touch().catch(() => {});
  }

  get #current(): Generation {
    if (this.#generation === undefined) throw new Error('the issuer listens only once it has keys');
    return this.#generation;
  }

  get #ring(): KeyRing {
    const { masterKey } = this.#options;
    return new KeyRing({
      keys: this.#store.keys,
      masterKey,
      ring: accessTokenRing(this.#config.environment),
    });
  }

  /** Whoever changes keys or configuration waits for who does so already: the last one must have seen the others' doing. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** While the store is away a configuration is taken all the same, where the keys that are here suffice for it. */
  async #keepKeys(error: unknown): Promise<void> {
    const why = asStoreError(error);
    const keys = this.#keys;
    const suffice = [...ringPolicyOf(this.#config).algorithms].every((alg) => keys?.signing.has(alg));
    if (!(why instanceof StoreError) || why.code !== 'unavailable' || keys === undefined || !suffice)
      throw why;
    this.#tellTrouble(why);
    await this.#adopt(keys);
  }

  async #keepUp(): Promise<void> {
    const { keys, events } = await this.#ring.keepUp(ringPolicyOf(this.#config), Date.now());
    for (const event of events) await this.#record.onKey(event);
    await this.#adopt(keys);
  }

  /** What other processes changed. A look that waits for its turn serves all who ask before it begins. */
  #refresh(): void {
    if (this.#lookWaits) return;
    this.#lookWaits = true;
    this.#inTurn(() => this.#lookAgain()).catch((error: unknown) => this.#tellTrouble(error));
  }

  async #lookAgain(): Promise<void> {
    this.#lookWaits = false;
    const keys = await this.#ring.readUnless(this.#keys?.version);
    if (keys !== undefined) await this.#adopt(keys);
    if (this.#troubled) this.#logger.info({}, 'the store answers again');
    this.#troubled = false;
  }

  async #adopt(keys: RingKeys): Promise<void> {
    this.#generation = await this.#generations.build(this.#config, keys);
    const changed = this.#keys?.version !== keys.version;
    this.#keys = keys;
    if (!changed) return;
    this.#logger.info({ kids: keys.published.map(({ kid }) => kid) }, 'signing keys in use');
    this.#options.onKeysChanged?.();
  }

  async #sweep(): Promise<void> {
    if (this.#sweeping) return;
    this.#sweeping = true;
    try {
      const keep = this.#config.audit.keep * 1000;
      while (await this.#store.sweep(Date.now(), Date.now() - keep))
        await new Promise((done) => setTimeout(done, SWEEP_PAUSE));
    } finally {
      this.#sweeping = false;
    }
  }

  #every(milliseconds: number, work: () => Promise<void>): void {
    this.#timers.push(
      setInterval(() => void work().catch((error: unknown) => this.#tellTrouble(error)), milliseconds),
    );
  }

  /** Once for each time that it begins: what fails is tried again all the time. */
  #tellTrouble(error: unknown): void {
    if (this.#troubled) return;
    this.#troubled = true;
    const why = error instanceof StoreError || error instanceof Error ? error.message : String(error);
    this.#logger.error({ error: why }, 'the store or its keys cannot be read: what is known stays in use');
  }
}
