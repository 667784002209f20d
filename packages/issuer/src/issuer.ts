import type { Server } from 'node:http';
import { type Config, createLimiter, type LimitRule, RevocationSet } from '@portcullis/guard';
import { TrustedProxies } from '@portcullis/guard/node';
import { asStoreError, type MasterKey, type Store, StoreError } from '@portcullis/store';
import { KnownDevices } from './accounts/known-devices.ts';
import { OtherProviders } from './accounts/other-providers.ts';
import { PasskeyCeremonies } from './accounts/passkey-ceremonies.ts';
import { SignIn } from './accounts/sign-in.ts';
import { SignInLimits } from './accounts/sign-in-limits.ts';
import { Totp } from './accounts/totp.ts';
import { SessionEndpoints } from './browser-apps/session-endpoints.ts';
import { ASSERTION_ALGORITHMS } from './clients/assertion-algorithms.ts';
import type { IssuerLog } from './issuer-log.ts';
import { accessTokenRing, KeyRing, type RingKeys } from './keys/key-ring.ts';
import { KEY_SET_MAX_AGE, ringPolicyOf } from './keys/ring-policy.ts';
import { type Generation, openListener, type PublicDocument, rebased } from './listener/listener.ts';
import { metadataOf } from './listener/metadata.ts';
import { PATHS } from './listener/public-paths.ts';
import { Mailer } from './mail/mailer.ts';
import { Pages } from './pages/pages.ts';
import { providerPages } from './pages/provider-pages.ts';
import { PageWriter } from './pages/respond.ts';
import { buildProvider } from './provider/provider.ts';
import { IssuerRecord } from './record/issuer-record.ts';
import { type IssuerMetric, IssuerMetrics } from './record/metrics.ts';
import { resourcesOf } from './resources/resources.ts';
import { LogoutNotifier } from './sessions/logout-notifier.ts';
import { OwnTokens } from './tokens/own-tokens.ts';

/** How often is looked for what time asks of the keys. Milliseconds. */
const KEEP_UP_EVERY = 60_000;
/** How often expired things are forgotten, and how long between two batches. Milliseconds. */
const SWEEP_EVERY = 30_000;
const SWEEP_PAUSE = 50;
const TOUCH_EVERY = 10_000;
const FORGET_EVERY = 1_000;
/** How long the metadata may be kept. Seconds. */
const METADATA_MAX_AGE = 3_600;
/** Seconds of its rate that may come at once. */
const BURST = 4;
/** How long requests under way may take once the issuer stops. Milliseconds. */
const DRAIN = 5_000;

export interface IssuerOptions {
  readonly config: Config;
  readonly store: Store;
  /** Asked for whenever something is sealed or opened. */
  readonly masterKey: () => Promise<MasterKey>;
  /** Public keys that others sign with under our name, such as those of development. */
  readonly furtherKeys?: () => Promise<readonly object[]>;
  /** Told once the key set shows other keys than before. */
  readonly onKeysChanged?: () => void;
  readonly logger: IssuerLog;
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
  readonly #signInLimits: SignInLimits;
  readonly #devices: KnownDevices;
  readonly #notifier: LogoutNotifier;
  readonly #revocations = new RevocationSet();
  readonly #timers: NodeJS.Timeout[] = [];
  #mail: { readonly settings: string | undefined; readonly mailer: Mailer | undefined } | undefined;
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
    this.#signInLimits = new SignInLimits(this.#limiter);
    this.#devices = new KnownDevices(options.store.artifacts);
    this.#notifier = new LogoutNotifier({
      store: options.store,
      logger: options.logger,
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
    this.#generation = await this.#build(keys);
    const changed = this.#keys?.version !== keys.version;
    this.#keys = keys;
    if (!changed) return;
    this.#logger.info({ kids: keys.published.map(({ kid }) => kid) }, 'signing keys in use');
    this.#options.onKeysChanged?.();
  }

  async #build(keys: RingKeys): Promise<Generation> {
    const { issuer: settings } = this.#config;
    if (settings === undefined) throw new Error('there is no issuer section');
    const {
      url,
      limits,
      keys: { algorithm },
    } = settings;
    const resources = resourcesOf(this.#config);
    const tokens = await OwnTokens.open({
      issuer: url,
      resources,
      published: keys.published,
      revocations: this.#revocations,
    });
    const basePath = new URL(url).pathname.replace(/\/$/, '');
    const writer = new PageWriter(basePath);
    const provider = buildProvider({
      issuer: url,
      algorithm,
      store: this.#store,
      keys,
      resources,
      sessionLifetime: settings.session.lifetime,
      refreshLifetime: settings.refreshToken.lifetime,
      pages: providerPages(writer),
      findToken: (token) => tokens.find(token),
      limiter: this.#limiter,
      clientLimit: limitRule('client', limits.perClient, 'credentials'),
      events: this.#record,
    });
    const pages = new Pages({
      desk: {
        issuer: url,
        store: this.#store,
        provider,
        resources,
        writer,
        registration: settings.registration,
        mailer: this.#mailerOf(settings.mail),
        limits: this.#signInLimits,
        devices: this.#devices,
        providers: new OtherProviders({
          issuer: url,
          providers: settings.identityProviders,
          artifacts: this.#store.artifacts,
        }),
        totp: new Totp({ store: this.#store, masterKey: this.#options.masterKey }),
        passkeys: new PasskeyCeremonies(this.#store, url),
        signIn: new SignIn({ store: this.#store, limits: this.#signInLimits, devices: this.#devices }),
      },
      onFault: (error, request) => this.#record.onFault(error, request),
    });
    const { protocol, host } = new URL(url);
    const origin = { protocol: protocol.slice(0, -1), host };
    const handle = provider.callback();
    const sessions = new SessionEndpoints({
      issuer: url,
      store: this.#store,
      askForTokens: (request, response) =>
        handle(rebased(request, PATHS.token, { origin, basePath }), response),
    });
    return {
      basePath,
      documents: await this.#documents(keys),
      limits: {
        credentials: limitRule('address', limits.perAddress, 'credentials'),
        documents: limitRule('address', limits.perAddress, 'documents'),
      },
      proxies: new TrustedProxies(settings.trustedProxies),
      handle,
      rooms: [sessions, pages],
      origin,
    };
  }

  /** One for as long as the settings are the same: it keeps connections. */
  #mailerOf(settings: NonNullable<Config['issuer']>['mail']): Mailer | undefined {
    const text = JSON.stringify(settings);
    if (this.#mail !== undefined && this.#mail.settings === text) return this.#mail.mailer;
    this.#mail?.mailer?.close();
    const mailer = settings && new Mailer({ ...settings, logger: this.#logger });
    this.#mail = { settings: text, mailer };
    return mailer;
  }

  async #documents(keys: RingKeys): Promise<ReadonlyMap<string, PublicDocument>> {
    const url = this.#config.issuer?.url ?? '';
    const further = (await this.#options.furtherKeys?.()) ?? [];
    const algorithms = [...new Set(keys.published.map(({ alg }) => alg))];
    const metadata = {
      type: 'application/json',
      body: JSON.stringify(metadataOf(url, algorithms, ASSERTION_ALGORITHMS)),
      maxAge: METADATA_MAX_AGE,
    };
    const jwks = {
      type: 'application/jwk-set+json',
      body: JSON.stringify({ keys: [...keys.published, ...further] }),
      maxAge: KEY_SET_MAX_AGE,
    };
    return new Map([
      [PATHS.openid, metadata],
      [PATHS.oauth, metadata],
      [PATHS.jwks, jwks],
    ]);
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

function limitRule(per: 'client' | 'address', rate: number, what: string): LimitRule {
  const text = `issuer.limits: ${rate}/s per ${per}`;
  return {
    id: `issuer\n${what}\n${per}\n${rate}`,
    per,
    rate,
    burst: Math.max(1, Math.ceil(rate * BURST)),
    rule: { text, line: 0 },
  };
}
