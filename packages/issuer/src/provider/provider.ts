import type { Limiter, LimitRule } from '@portcullis/guard';
import type { Client } from '@portcullis/store';
import type { Algorithm, VerifiedToken } from '@portcullis/token';
import {
  type AsymmetricSigningAlgorithm,
  type Configuration,
  errors,
  type KoaContextWithOIDC,
  Provider,
} from 'oidc-provider';
import { ASSERTION_ALGORITHMS } from '../clients/assertion-algorithms.ts';
import { isOriginOf } from '../clients/origins.ts';
import { matchesSecret } from '../clients/secrets.ts';
import type { RingKeys } from '../keys/key-ring.ts';
import { credentialUrls } from '../listener/public-paths.ts';
import { adapterFactory } from './adapter.ts';
import { allowedClaims } from './claims.ts';
import { LONGEST_ASSERTION, RECORD, recordOf } from './client-metadata.ts';
import { endGrant, endsGrant } from './end-grant.ts';
import { TooManyRequests } from './errors.ts';
import { type ProviderEvents, tell } from './events.ts';
import { keepFromPages, leaveForm, nameIntrospected } from './middleware.ts';
import { adaptPrototypes, type PeopleOptions, peopleConfiguration } from './people.ts';
import { redeem } from './redemption.ts';
import { defaultResource, resourceServerFor } from './resource-servers.ts';
import { announce, extraClaims } from './token-claims.ts';

/** How far clocks of clients may differ. Seconds. */
const SKEW = 5;

export interface ProviderOptions extends Omit<PeopleOptions, 'untilIssuable'> {
  /** The algorithm of tokens for which nothing else is said. */
  readonly algorithm: Algorithm;
  readonly keys: RingKeys;
  readonly findToken: (token: string) => Promise<VerifiedToken | undefined>;
  readonly limiter: Limiter;
  readonly clientLimit: LimitRule;
  readonly events: ProviderEvents;
}

/**
 * One generation of the OpenID Provider. The library reads keys when it is made, so that new keys or a new configuration
 * mean a new one; requests under way end with the one they began with.
 */
export function buildProvider(options: ProviderOptions): Provider {
  const provider = new Provider(options.issuer, configurationOf(options));
  // Our listener has settled who speaks to us and by which name, and says so in these fields.
  Object.assign(provider, { proxy: true });
  provider.Client.prototype.compareClientSecret = function (presented: string) {
    return matchesSecret(presented, recordOf(this).secrets, Date.now());
  };
  // By itself the library would believe the Host field, and know nothing of a proxy before it or a path of the issuer.
  const audiences = new Set([options.issuer, ...credentialUrls(options.issuer)]);
  provider.OIDCContext.prototype.clientJwtAuthExpectedAudience = () => audiences;
  adaptPrototypes(provider);
  provider.use(nameIntrospected);
  provider.use(leaveForm(options.pages));
  provider.use(keepFromPages(options.issuer));
  provider.use(redeem(options));
  tell(provider, options.events);
  return provider;
}

function configurationOf(options: ProviderOptions): Configuration {
  const { algorithm, keys, resources, events } = options;
  const alg = algorithm as AsymmetricSigningAlgorithm;
  const people = peopleConfiguration({ ...options, untilIssuable: (claims) => events.untilIssuable(claims) });
  return {
    ...people,
    adapter: adapterOf(options),
    revokeGrantPolicy: endsGrant,
    // The library wants its keys as plain JSON Web Keys.
    jwks: { keys: [...keys.signing.values()].map((key) => ({ ...key })) } as NonNullable<
      Configuration['jwks']
    >,
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    clientDefaults: {
      grant_types: ['client_credentials'],
      id_token_signed_response_alg: alg,
      response_types: [],
    },
    extraClientMetadata: { properties: [RECORD] },
    enabledJWA: { clientAuthSigningAlgValues: [...ASSERTION_ALGORITHMS], idTokenSigningAlgValues: [alg] },
    clockTolerance: SKEW,
    clientBasedCORS: (_context, origin, client) => isOriginOf(recordOf(client), origin),
    assertJwtClientAuthClaimsAndHeader: async (_context, claims) => assertShortLived(claims['exp']),
    renderError: (context, out) => options.pages.error(context, out),
    features: {
      ...people.features,
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: {
        enabled: true,
        allowedPolicy: (_context, client, token) => mayRevoke(client.clientId, token.clientId),
      },
      introspection: {
        enabled: true,
        allowedPolicy: (context, client, token) => {
          limitClient(context, options);
          return mayIntrospect(recordOf(client), token);
        },
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: (context, client, granted) =>
          // The library has no type for a client that means no API.
          defaultResource(context, recordOf(client), resources, granted) as string,
        getResourceServerInfo: (context, audience, client) => {
          limitClient(context, options);
          return resourceServerFor(context, recordOf(client), resources.get(audience), keys);
        },
        useGrantedResource: () => true,
      },
    },
    ttl: {
      ...people.ttl,
      ClientCredentials: (_context, token) => token.resourceServer?.accessTokenTTL ?? 0,
    },
    extraTokenClaims: (context, token) => extraClaims(context, token, options),
    formats: {
      customizers: {
        jwt: async (context, token, jwt) => {
          jwt.payload = allowedClaims(jwt.payload);
          await announce(context, token, jwt.payload, events);
        },
      },
    },
  };
}

function adapterOf(options: ProviderOptions): Configuration['adapter'] {
  const { store, issuer, findToken, events } = options;
  return adapterFactory({
    store,
    issuer,
    findToken,
    revokeToken: (token) => events.onRevoke(token, Provider.ctx?.req),
    endGrant: (grantId) => endGrant(grantId, options),
    onSignOut: (accountId, session) => events.onSignOut(accountId, session, Provider.ctx?.req),
  });
}

function mayRevoke(client: string, owner: string | undefined): boolean {
  if (client !== owner) throw new errors.InvalidRequest('the token was issued to another client');
  return true;
}

function mayIntrospect(
  { id, introspects }: Pick<Client, 'id' | 'introspects'>,
  token: { readonly clientId?: string | undefined; readonly aud?: string | string[] | undefined },
): boolean {
  return token.clientId === id || (typeof token.aud === 'string' && introspects.includes(token.aud));
}

function limitClient(context: KoaContextWithOIDC, { limiter, clientLimit }: ProviderOptions): void {
  const wait = limiter.take(clientLimit, context.oidc.client?.clientId ?? '', Date.now() / 1000);
  if (wait > 0) throw new TooManyRequests(wait);
}

function assertShortLived(expiry: unknown): void {
  if (typeof expiry === 'number' && expiry <= Date.now() / 1000 + LONGEST_ASSERTION + SKEW) return;
  throw new errors.InvalidClientAuth('the assertion lives longer than an hour');
}
