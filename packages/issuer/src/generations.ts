import type { Config, Limiter, LimitRule, RevocationSet } from '@portcullis/guard';
import { TrustedProxies } from '@portcullis/guard/node';
import type { MasterKey, Store } from '@portcullis/store';
import type { Provider } from 'oidc-provider';
import { KnownDevices } from './accounts/known-devices.ts';
import { OtherProviders } from './accounts/other-providers.ts';
import { PasskeyCeremonies } from './accounts/passkey-ceremonies.ts';
import { type NoteStranger, SignIn } from './accounts/sign-in.ts';
import { SignInLimits } from './accounts/sign-in-limits.ts';
import { Totp } from './accounts/totp.ts';
import { SessionEndpoints } from './browser-apps/session-endpoints.ts';
import { ASSERTION_ALGORITHMS } from './clients/assertion-algorithms.ts';
import type { IssuerLog } from './issuer-log.ts';
import type { RingKeys } from './keys/key-ring.ts';
import { KEY_SET_MAX_AGE } from './keys/ring-policy.ts';
import { type Generation, type PublicDocument, rebased } from './listener/listener.ts';
import { metadataOf } from './listener/metadata.ts';
import { PATHS } from './listener/public-paths.ts';
import { Mailer } from './mail/mailer.ts';
import { Pages } from './pages/pages.ts';
import { providerPages } from './pages/provider-pages.ts';
import { PageWriter } from './pages/respond.ts';
import { buildProvider } from './provider/provider.ts';
import type { IssuerRecord } from './record/issuer-record.ts';
import { type Resource, resourcesOf } from './resources/resources.ts';
import { OwnTokens } from './tokens/own-tokens.ts';

/** How long the metadata may be kept. Seconds. */
const METADATA_MAX_AGE = 3_600;
/** Seconds of its rate that may come at once. */
const BURST = 4;

type Settings = NonNullable<Config['issuer']>;

/** What outlives generations. */
export interface GenerationsOptions {
  readonly store: Store;
  /** Asked for whenever something is sealed or opened. */
  readonly masterKey: () => Promise<MasterKey>;
  /** Public keys that others sign with under our name, such as those of development. */
  readonly furtherKeys?: () => Promise<readonly object[]>;
  readonly limiter: Limiter;
  readonly revocations: RevocationSet;
  readonly record: IssuerRecord;
  readonly logger: IssuerLog;
}

/** What is made of one configuration and of the keys of one moment. */
interface Making {
  readonly settings: Settings;
  readonly keys: RingKeys;
  readonly resources: ReadonlyMap<string, Resource>;
  readonly writer: PageWriter;
  /** Empty, or with a slash at its beginning and none at its end. */
  readonly basePath: string;
}

/** Makes what answers requests, anew for each configuration and each set of keys. */
export class Generations {
  readonly #options: GenerationsOptions;
  readonly #signInLimits: SignInLimits;
  readonly #devices: KnownDevices;
  readonly #mailer = new Kept<Mailer>();
  readonly #providers = new Kept<OtherProviders>();

  constructor(options: GenerationsOptions) {
    this.#options = options;
    this.#signInLimits = new SignInLimits(options.limiter);
    this.#devices = new KnownDevices(options.store.artifacts);
  }

  async build(config: Config, keys: RingKeys): Promise<Generation> {
    const { issuer: settings } = config;
    if (settings === undefined) throw new Error('there is no issuer section');
    const { protocol, host, pathname } = new URL(settings.url);
    const basePath = pathname.replace(/\/$/, '');
    const origin = { protocol: protocol.slice(0, -1), host };
    const making = {
      settings,
      keys,
      resources: resourcesOf(config),
      writer: new PageWriter(basePath),
      basePath,
    };
    const provider = await this.#provider(making);
    const handle = provider.callback();
    const sessions = new SessionEndpoints({
      issuer: settings.url,
      store: this.#options.store,
      askForTokens: (request, response) =>
        handle(rebased(request, PATHS.token, { origin, basePath }), response),
    });
    const { perAddress } = settings.limits;
    return {
      basePath,
      documents: await this.#documents(making),
      limits: {
        credentials: limitRule('address', perAddress, 'credentials'),
        documents: limitRule('address', perAddress, 'documents'),
      },
      proxies: new TrustedProxies(settings.trustedProxies),
      handle,
      rooms: [sessions, this.#pages(making, provider)],
      origin,
    };
  }

  async #provider({ settings, keys, resources, writer }: Making): Promise<Provider> {
    const { store, revocations, limiter, record } = this.#options;
    const { url, session, refreshToken, limits } = settings;
    const tokens = await OwnTokens.open({ issuer: url, resources, published: keys.published, revocations });
    return buildProvider({
      issuer: url,
      algorithm: settings.keys.algorithm,
      store,
      keys,
      resources,
      sessionLifetime: session.lifetime,
      refreshLifetime: refreshToken.lifetime,
      pages: providerPages(writer),
      findToken: (token) => tokens.find(token),
      limiter,
      clientLimit: limitRule('client', limits.perClient, 'credentials'),
      events: record,
    });
  }

  #pages({ settings, resources, writer }: Making, provider: Provider): Pages {
    const { store, masterKey, record } = this.#options;
    const { url: issuer, registration, mail, identityProviders } = settings;
    const [limits, devices] = [this.#signInLimits, this.#devices];
    const noteStranger: NoteStranger = (failure) => record.noteStranger(failure);
    return new Pages({
      desk: {
        issuer,
        store,
        provider,
        resources,
        writer,
        registration,
        mailer: this.#mailerOf(mail),
        limits,
        devices,
        noteStranger,
        providers: this.#providersOf(issuer, identityProviders),
        totp: new Totp({ store, masterKey }),
        passkeys: new PasskeyCeremonies(store, issuer),
        signIn: new SignIn({ store, limits, devices, noteStranger }),
      },
      onFault: (error, request) => record.onFault(error, request),
    });
  }

  /** One for as long as the settings are the same: it keeps connections. */
  #mailerOf(settings: Settings['mail']): Mailer | undefined {
    if (settings === undefined) return undefined;
    const { logger, record } = this.#options;
    const make = () => new Mailer({ ...settings, logger, onOutcome: (outcome) => record.onMail(outcome) });
    return this.#mailer.of(settings, make, (mailer) => mailer.close());
  }

  /** The same: it keeps what it discovered. */
  #providersOf(issuer: string, providers: Settings['identityProviders']): OtherProviders {
    const { artifacts } = this.#options.store;
    const make = () => new OtherProviders({ issuer, providers, artifacts });
    return this.#providers.of({ issuer, providers }, make);
  }

  async #documents({ settings, keys }: Making): Promise<ReadonlyMap<string, PublicDocument>> {
    const further = (await this.#options.furtherKeys?.()) ?? [];
    const algorithms = [...new Set(keys.published.map(({ alg }) => alg))];
    const metadata = {
      type: 'application/json',
      body: JSON.stringify(metadataOf(settings.url, algorithms, ASSERTION_ALGORITHMS)),
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

/** Something that is made of settings, and made anew when they change. */
class Kept<T> {
  #kept: { readonly settings: string; readonly value: T } | undefined;

  of(settings: object, make: () => T, close: (value: T) => void = () => {}): T {
    const text = JSON.stringify(settings);
    if (this.#kept?.settings === text) return this.#kept.value;
    if (this.#kept !== undefined) close(this.#kept.value);
    const value = make();
    this.#kept = { settings: text, value };
    return value;
  }
}
