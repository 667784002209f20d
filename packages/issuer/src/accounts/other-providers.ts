import type { Config } from '@portcullis/guard';
import type { Artifacts, Identity } from '@portcullis/store';
import type * as oidc from 'openid-client';
import { endpointUrl } from '../listener/public-paths.ts';
import { normalEmail } from './email.ts';

/** The kind under which is kept what an answer of another provider has to fit. */
const ASKED = 'ProviderRequest';
/** Milliseconds. */
const ASKED_LIFETIME = 15 * 60_000;
/** Seconds. */
const PATIENCE = 5;
/** How long what was discovered is used. Milliseconds. */
const DISCOVERED_LIFETIME = 60 * 60_000;

type ProviderConfig = NonNullable<Config['issuer']>['identityProviders'][number];

/** Who somebody is, as another provider says. */
export interface ForeignIdentity extends Identity {
  /** Undefined unless the provider knows that it is theirs. */
  readonly email: string | undefined;
  readonly name: string | undefined;
}

/** The other provider cannot be reached, or said something that cannot be believed. */
export class ProviderRefusal extends Error {
  override readonly name = 'ProviderRefusal';
}

export interface OtherProvidersOptions {
  readonly issuer: string;
  readonly providers: readonly ProviderConfig[];
  readonly artifacts: Artifacts;
}

/** Other OpenID Connect providers by which people sign in here. */
export class OtherProviders {
  readonly #options: OtherProvidersOptions;
  readonly #discovered = new Map<
    string,
    { readonly at: number; readonly config: Promise<oidc.Configuration> }
  >();

  constructor(options: OtherProvidersOptions) {
    this.#options = options;
  }

  /** Names and titles, in the order of the configuration. */
  list(): { readonly name: string; readonly title: string }[] {
    return this.#options.providers.map(({ name, title = name }) => ({ name, title }));
  }

  /** What a provider is called by people, from its issuer identifier. */
  titleOf(issuer: string): string {
    const found = this.#options.providers.find((one) => one.issuer === issuer);
    return found?.title ?? found?.name ?? new URL(issuer).host;
  }

  /**
   * Where somebody is sent to sign in at another provider.
   *
   * @param interaction what they come back to
   * @returns undefined where there is no such provider; `state` ties the answer to their browser
   * @throws {ProviderRefusal}
   */
  async begin(name: string, interaction: string): Promise<{ url: string; state: string } | undefined> {
    const provider = this.#options.providers.find((one) => one.name === name);
    if (provider === undefined) return undefined;
    const library = await import('openid-client');
    const config = await this.#configOf(provider);
    const [state, nonce, verifier] = [
      library.randomState(),
      library.randomNonce(),
      library.randomPKCECodeVerifier(),
    ];
    await this.#options.artifacts.save(ASKED, state, {
      payload: { provider: name, interaction, nonce, verifier },
      expiresAt: Date.now() + ASKED_LIFETIME,
    });
    const url = library.buildAuthorizationUrl(config, {
      redirect_uri: this.#callbackOf(name),
      scope: provider.scopes.join(' '),
      state,
      nonce,
      code_challenge: await library.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, state };
  }

  /**
   * Who somebody is that came back.
   *
   * @param query of the address that they came back to
   * @param state what their browser kept
   * @returns with the interaction that they go on with; undefined when it is too old, another browser's, or was used before
   * @throws {ProviderRefusal}
   */
  async end(
    name: string,
    query: URLSearchParams,
    state: string,
  ): Promise<{ identity: ForeignIdentity; interaction: string } | undefined> {
    const provider = this.#options.providers.find((one) => one.name === name);
    if (provider === undefined || query.get('state') !== state) return undefined;
    const asked = await this.#options.artifacts.take(ASKED, state, Date.now());
    if (asked?.payload['provider'] !== name) return undefined;
    // As `begin` wrote it.
    const { interaction, nonce, verifier } = asked.payload as Record<string, string>;
    const library = await import('openid-client');
    const url = new URL(this.#callbackOf(name));
    url.search = query.toString();
    const checks = { expectedState: state, expectedNonce: nonce ?? '', pkceCodeVerifier: verifier ?? '' };
    const config = await this.#configOf(provider);
    const tokens = await library.authorizationCodeGrant(config, url, checks).catch(refusedBy(name));
    const claims = tokens.claims();
    if (claims === undefined) throw new ProviderRefusal('it gave no id_token');
    const { email, email_verified: isTheirs, name: called } = claims;
    return {
      interaction: interaction ?? '',
      identity: {
        issuer: provider.issuer,
        subject: claims.sub,
        email: isTheirs === true && typeof email === 'string' ? normalEmail(email) : undefined,
        name: typeof called === 'string' ? called : undefined,
      },
    };
  }

  #callbackOf(name: string): string {
    return endpointUrl(this.#options.issuer, `/providers/${name}/callback`);
  }

  async #configOf(provider: ProviderConfig): Promise<oidc.Configuration> {
    const known = this.#discovered.get(provider.name);
    const now = Date.now();
    if (known !== undefined && now - known.at < DISCOVERED_LIFETIME) return known.config;
    const config = discover(provider);
    this.#discovered.set(provider.name, { at: now, config });
    // One that failed is asked again.
    config.catch(() => this.#discovered.delete(provider.name));
    return config;
  }
}

async function discover({
  name,
  issuer,
  clientId,
  clientSecret,
}: ProviderConfig): Promise<oidc.Configuration> {
  const library = await import('openid-client');
  const url = new URL(issuer);
  const execute = url.protocol === 'http:' ? [library.allowInsecureRequests] : [];
  const options = { execute, timeout: PATIENCE };
  return library.discovery(url, clientId, clientSecret, undefined, options).catch(refusedBy(name));
}

/** What the library has to say of an answer may hold parts of it. */
function refusedBy(name: string): (error: unknown) => never {
  return (error) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const messages = [error, error instanceof Error ? error.cause : undefined].map((one) =>
      one instanceof Error ? one.message : '',
    );
    const told = [`${name}:`, code, ...messages].filter((part) => part !== '');
    throw new ProviderRefusal(told.join(' '), { cause: error });
  };
}
