import type { IncomingMessage } from 'node:http';
import type { Limiter, LimitRule } from '@portcullis/guard';
import type { Client, Store } from '@portcullis/store';
import type { Algorithm, JwtClaims, VerifiedToken } from '@portcullis/token';
import {
  type AsymmetricSigningAlgorithm,
  type ClientCredentials,
  type Configuration,
  errors,
  type KoaContextWithOIDC,
  Provider,
  type ResourceServer,
  type SymmetricSigningAlgorithm,
} from 'oidc-provider';
import { ASSERTION_ALGORITHMS } from '../clients/assertion-algorithms.ts';
import { matchesSecret } from '../clients/secrets.ts';
import type { RingKeys } from '../keys/key-ring.ts';
import { credentialUrls } from '../listener/public-paths.ts';
import type { Resource } from '../resources/resources.ts';
import { adapterFactory } from './adapter.ts';
import { allowedClaims } from './claims.ts';
import { LONGEST_ASSERTION, RECORD } from './client-metadata.ts';
import { TooManyRequests, TryLater } from './errors.ts';

/** How far clocks of clients may differ. Seconds. */
const SKEW = 5;

export interface ProviderOptions {
  readonly issuer: string;
  /** The algorithm of tokens for which nothing else is said. */
  readonly algorithm: Algorithm;
  readonly store: Store;
  readonly keys: RingKeys;
  readonly resources: ReadonlyMap<string, Resource>;
  readonly findToken: (token: string) => Promise<VerifiedToken | undefined>;
  /** The request that asks for it, where the library tells which that is. */
  readonly revokeToken: (token: VerifiedToken, request: IncomingMessage | undefined) => Promise<void>;
  readonly limiter: Limiter;
  readonly clientLimit: LimitRule;
  readonly events: ProviderEvents;
}

/** A token that is about to be signed. */
export interface IssuedToken {
  /** As it was when it was let in. */
  readonly client: Client;
  readonly claims: Readonly<JwtClaims>;
}

export interface ProviderEvents {
  /** The token is signed once this resolves, and not at all when it rejects. */
  onIssue(token: IssuedToken, request: IncomingMessage): Promise<void>;
  onRefusal(endpoint: string, error: Error, client: string | undefined, request: IncomingMessage): void;
  /** Something failed that is no fault of the client. */
  onFault(error: Error, request: IncomingMessage): void;
}

/**
 * One generation of the OpenID Provider. The library reads keys when it is made, so that new keys or a new configuration
 * mean a new one; requests under way end with the one they began with.
 */
export function buildProvider(options: ProviderOptions): Provider {
  const provider = new Provider(options.issuer, configurationOf(options));
  provider.Client.prototype.compareClientSecret = function (presented: string) {
    return matchesSecret(presented, recordOf(this).secrets, Date.now());
  };
  // By itself the library would believe the Host field, and know nothing of a proxy before it or a path of the issuer.
  const audiences = new Set([options.issuer, ...credentialUrls(options.issuer)]);
  provider.OIDCContext.prototype.clientJwtAuthExpectedAudience = () => audiences;
  provider.use(nameIntrospected);
  tell(provider, options.events);
  return provider;
}

/** The library leaves `jti` out where it takes the token itself for its name (RFC 7662 §2.2). */
async function nameIntrospected(context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  const { body, oidc } = context;
  if (oidc?.route !== 'introspection' || typeof body !== 'object' || body === null) return;
  if (!('active' in body) || body.active !== true) return;
  Object.assign(body, { jti: oidc.entities.ClientCredentials?.extra?.['jti'] });
}

function configurationOf(options: ProviderOptions): Configuration {
  const { algorithm, keys, store, resources, findToken, revokeToken } = options;
  const alg = algorithm as AsymmetricSigningAlgorithm;
  return {
    adapter: adapterFactory({
      store,
      findToken,
      revokeToken: (token) => revokeToken(token, Provider.ctx?.req),
    }),
    // The library wants its keys as plain JSON Web Keys.
    jwks: { keys: [...keys.signing.values()].map((key) => ({ ...key })) } as NonNullable<
      Configuration['jwks']
    >,
    responseTypes: [],
    scopes: [],
    claims: {},
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    clientDefaults: {
      grant_types: ['client_credentials'],
      id_token_signed_response_alg: alg,
      response_types: [],
    },
    extraClientMetadata: { properties: [RECORD] },
    enabledJWA: { clientAuthSigningAlgValues: [...ASSERTION_ALGORITHMS], idTokenSigningAlgValues: [alg] },
    clockTolerance: SKEW,
    clientBasedCORS: () => false,
    assertJwtClientAuthClaimsAndHeader: async (_context, claims) => assertShortLived(claims['exp']),
    renderError: (context, out) => {
      context.type = 'json';
      context.body = out;
    },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: {
        enabled: true,
        allowedPolicy: (_context, client, token) => mayRevoke(client.clientId, token.clientId),
      },
      introspection: {
        enabled: true,
        allowedPolicy: (context, client, token) => {
          limitClient(context, options);
          return mayIntrospect(recordOf(client), token as ClientCredentials);
        },
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_context, client) => onlyResource(recordOf(client), resources),
        getResourceServerInfo: (context, audience, client) => {
          limitClient(context, options);
          return resourceServerFor(context, recordOf(client), resources.get(audience), keys);
        },
        useGrantedResource: () => true,
      },
    },
    ttl: { ClientCredentials: (_context, token) => token.resourceServer?.accessTokenTTL ?? 0 },
    extraTokenClaims: (context, token) => rolesOf(context, token.aud),
    formats: {
      customizers: {
        jwt: async (context, _token, jwt) => {
          jwt.payload = allowedClaims(jwt.payload);
          const { client } = context.oidc;
          if (client === undefined) throw new Error('a token without a client');
          await options.events.onIssue({ client: recordOf(client), claims: jwt.payload }, context.req);
        },
      },
    },
  };
}

/** A client may use one API without naming it; of several it says which (RFC 8707 §2). */
function onlyResource({ grants }: Pick<Client, 'grants'>, resources: ReadonlyMap<string, Resource>): string {
  const [only, ...others] = grants.filter(({ audience }) => resources.has(audience));
  if (only === undefined) throw new errors.InvalidTarget('the client may use no API');
  if (others.length > 0) throw new errors.InvalidTarget('say which API with the parameter resource');
  return only.audience;
}

/** What a token for this API may be like: of what was asked for, what the client may have and the API knows, and no more. */
function resourceServerFor(
  context: KoaContextWithOIDC,
  { grants }: Pick<Client, 'grants'>,
  resource: Resource | undefined,
  keys: RingKeys,
): ResourceServer {
  const grant = grants.find(({ audience }) => audience === resource?.audience);
  // An API that there is not and one that is not for this client look the same.
  if (resource === undefined || grant === undefined) throw new errors.InvalidTarget();
  const scopes = grant.scopes.filter((scope) => resource.scopes.has(scope));
  const { requestParamScopes } = context.oidc;
  if (requestParamScopes.size > 0 && !scopes.some((scope) => requestParamScopes.has(scope))) {
    throw new errors.InvalidScope(
      'none of the requested scopes may be granted',
      [...requestParamScopes].join(' '),
    );
  }
  return {
    audience: resource.audience,
    scope: scopes.join(' '),
    accessTokenTTL: resource.lifetime,
    accessTokenFormat: 'jwt',
    jwt: { sign: signingFor(resource, keys) },
  };
}

function signingFor(
  { algorithm, secret }: Resource,
  keys: RingKeys,
): NonNullable<ResourceServer['jwt']>['sign'] {
  if (secret === undefined) {
    const kid = keys.signing.get(algorithm)?.kid;
    return { alg: algorithm as AsymmetricSigningAlgorithm, ...(kid !== undefined && { kid }) };
  }
  return { alg: algorithm as SymmetricSigningAlgorithm, key: secretBytes(secret) };
}

/** As everywhere: UTF-8 text, or base64url where it says so. */
function secretBytes(secret: string): Buffer {
  const prefix = 'base64url:';
  return secret.startsWith(prefix)
    ? Buffer.from(secret.slice(prefix.length), 'base64url')
    : Buffer.from(secret, 'utf8');
}

function rolesOf(context: KoaContextWithOIDC, audience: unknown): { roles: string[] } | undefined {
  const { client } = context.oidc;
  const grant = client && recordOf(client).grants.find((one) => one.audience === audience);
  return grant === undefined || grant.roles.length === 0 ? undefined : { roles: [...grant.roles] };
}

function mayRevoke(client: string, owner: string | undefined): boolean {
  if (client !== owner) throw new errors.InvalidRequest('the token was issued to another client');
  return true;
}

function mayIntrospect(
  { id, introspects }: Pick<Client, 'id' | 'introspects'>,
  token: ClientCredentials,
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

/** The library's own type knows nothing of what we put beside the standard's metadata. */
function recordOf(client: object): Client {
  return (client as Record<typeof RECORD, Client>)[RECORD];
}

function tell(provider: Provider, events: ProviderEvents): void {
  const refused = (endpoint: string) => (context: KoaContextWithOIDC, error: Error) => {
    if (error instanceof TryLater) context.set('retry-after', String(error.retryAfter));
    events.onRefusal(endpoint, error, context.oidc?.client?.clientId, context.req);
  };
  provider.on('grant.error', refused('token'));
  provider.on('revocation.error', refused('revocation'));
  provider.on('introspection.error', refused('introspection'));
  provider.on('server_error', (context, error) => {
    // Whatever it is, the client cannot mend it: it may try again.
    context.status = 503;
    context.set('retry-after', '5');
    context.body = { error: 'temporarily_unavailable' };
    events.onFault(error, context.req);
  });
}
