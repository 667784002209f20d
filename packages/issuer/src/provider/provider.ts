import type { IncomingMessage } from 'node:http';
import type { Limiter, LimitRule } from '@portcullis/guard';
import type { Client } from '@portcullis/store';
import type { Algorithm, JwtClaims, VerifiedToken } from '@portcullis/token';
import {
  type AccessToken,
  type AsymmetricSigningAlgorithm,
  type ClientCredentials,
  type Configuration,
  errors,
  type KoaContextWithOIDC,
  Provider,
} from 'oidc-provider';
import { isFromCookie, refreshCookie } from '../browser-apps/refresh-cookie.ts';
import { isOriginOf } from '../browser-apps/session-endpoints.ts';
import { ASSERTION_ALGORITHMS } from '../clients/assertion-algorithms.ts';
import { matchesSecret } from '../clients/secrets.ts';
import type { RingKeys } from '../keys/key-ring.ts';
import { credentialUrls } from '../listener/public-paths.ts';
import { adapterFactory } from './adapter.ts';
import { allowedClaims } from './claims.ts';
import { LONGEST_ASSERTION, RECORD, recordOf } from './client-metadata.ts';
import { TooManyRequests, TryLater } from './errors.ts';
import {
  accountOf,
  adaptPrototypes,
  type PeopleOptions,
  type ProviderPages,
  peopleConfiguration,
} from './people.ts';
import { defaultResource, resourceServerFor } from './resource-servers.ts';

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

/** A token that is about to be signed. */
export interface IssuedToken {
  /** As it was when it was let in. */
  readonly client: Client;
  readonly claims: Readonly<JwtClaims>;
  readonly grantType: string;
  /** What somebody granted, where the token is not the client's own. */
  readonly grantId: string | undefined;
}

/** Something came to an end at the wish of a client, or since somebody presented what was used before. */
export interface EndedGrant {
  readonly grantId: string;
  readonly accountId: string;
  readonly client: string;
  /** What the client calls the session; undefined when that is gone. */
  readonly sid: string | undefined;
  readonly why: 'code_reused' | 'refresh_token_reused' | 'client';
}

export interface ProviderEvents {
  /** The token is signed once this resolves, and not at all when it rejects. */
  onIssue(token: IssuedToken, request: IncomingMessage): Promise<void>;
  /** Resolves once a token with these claims would not be revoked already; false when it always would be. */
  untilIssuable(claims: Readonly<JwtClaims>): Promise<boolean>;
  onRefusal(endpoint: string, error: Error, client: string | undefined, request: IncomingMessage): void;
  /** The request that asks for it, where the library tells which that is. */
  onRevoke(token: VerifiedToken, request: IncomingMessage | undefined): Promise<void>;
  onGrantEnd(grant: EndedGrant, request: IncomingMessage | undefined): Promise<void>;
  onSignOut(accountId: string, session: string, request: IncomingMessage | undefined): Promise<void>;
  /** Something failed that is no fault of the client. */
  onFault(error: Error, request: IncomingMessage): void;
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
  tell(provider, options.events);
  return provider;
}

/** The library leaves `jti` out where it takes the token itself for its name (RFC 7662 §2.2). */
async function nameIntrospected(context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  const { body, oidc } = context;
  if (oidc?.route !== 'introspection' || typeof body !== 'object' || body === null) return;
  if (!('active' in body) || body.active !== true) return;
  const { ClientCredentials: own, AccessToken: somebodys } = oidc.entities;
  Object.assign(body, { jti: (own ?? somebodys)?.extra?.['jti'] });
}

/**
 * A page in a browser gets its refresh token in a cookie that it cannot read (OAuth 2.0 for Browser-Based Applications §6.2),
 * and none at all where no browser would keep the cookie for it.
 */
function keepFromPages(issuer: string) {
  return async (context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    const { client, route } = context.oidc ?? {};
    if (route !== 'token' || client === undefined || recordOf(client).kind !== 'spa') return;
    const { name, attributes } = refreshCookie(issuer, client.clientId);
    const origin = context.get('origin');
    if (isOriginOf(recordOf(client), origin)) context.set('access-control-allow-credentials', 'true');
    const { body } = context;
    if (typeof body !== 'object' || body === null) return;
    if ('error' in body && body.error === 'invalid_grant' && isFromCookie(context.req)) {
      context.status = 401;
      context.append('set-cookie', `${name}=; ${attributes}; Max-Age=0`);
    }
    if (!('refresh_token' in body)) return;
    const { refresh_token: token, ...rest } = body;
    context.body = rest;
    const maxAge = context.oidc.entities.RefreshToken?.remainingTTL ?? 0;
    if (origin === '') return;
    context.append('set-cookie', `${name}=${String(token)}; ${attributes}; Max-Age=${maxAge}`);
  };
}

/** Whoever signs out by a form may be sent to another site, which the policy of our pages forbids forms to do. */
function leaveForm(pages: ProviderPages) {
  return async (context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    if (context.oidc?.route !== 'end_session_confirm' || context.status !== 303) return;
    pages.goOn(context, context.response.get('location'));
  };
}

function configurationOf(options: ProviderOptions): Configuration {
  const { algorithm, keys, resources, events } = options;
  const alg = algorithm as AsymmetricSigningAlgorithm;
  const people = peopleConfiguration({ ...options, untilIssuable: (claims) => events.untilIssuable(claims) });
  return {
    ...people,
    adapter: adapterOf(options),
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

/** Ends what came of a grant; what was issued by it is ended by whoever is told. */
async function endGrant(grantId: string, { store, events }: ProviderOptions): Promise<void> {
  const grant = await store.artifacts.find('Grant', grantId);
  await store.artifacts.end({ grantId });
  const { accountId, clientId, sessionUid } = grant ?? {};
  if (accountId === undefined || clientId === undefined) return;
  const session = sessionUid === undefined ? undefined : await store.sessions.findByUid(sessionUid);
  const authorizations = session?.payload['authorizations'] as Record<string, { sid?: string }> | undefined;
  const sid = authorizations?.[clientId]?.sid;
  await events.onGrantEnd({ grantId, accountId, client: clientId, sid, why: whyEnded() }, Provider.ctx?.req);
}

function whyEnded(): EndedGrant['why'] {
  const { oidc } = Provider.ctx ?? {};
  if (oidc?.route !== 'token') return 'client';
  return oidc.params?.['grant_type'] === 'authorization_code' ? 'code_reused' : 'refresh_token_reused';
}

/** What else a token tells: of a client the roles that it has; of a person theirs, and how and where they signed in. */
async function extraClaims(
  context: KoaContextWithOIDC,
  token: AccessToken | ClientCredentials,
  { resources, events }: ProviderOptions,
): Promise<Record<string, unknown> | undefined> {
  const { oidc } = context;
  if (!('accountId' in token)) {
    const grant = oidc.client && recordOf(oidc.client).grants.find(({ audience }) => audience === token.aud);
    return grant === undefined || grant.roles.length === 0 ? undefined : { roles: [...grant.roles] };
  }
  const { acr, amr, authTime } = oidc.entities.AuthorizationCode ?? oidc.entities.RefreshToken ?? {};
  const audience = typeof token.aud === 'string' ? token.aud : '';
  const known = resources.get(audience)?.roles;
  const held = oidc.account && accountOf(oidc.account).roles.find((one) => one.audience === audience);
  const roles = held?.roles.filter((role) => known?.has(role)) ?? [];
  const extra = { sid: token.sid, acr, amr, auth_time: authTime, ...(roles.length > 0 && { roles }) };
  if (audience === '') {
    const { accountId: sub, scope, iat } = token;
    await announce(context, token, { sub, scope, iat, ...extra }, events);
  }
  return extra;
}

async function announce(
  context: KoaContextWithOIDC,
  token: AccessToken | ClientCredentials,
  claims: Readonly<Record<string, unknown>>,
  events: ProviderEvents,
): Promise<void> {
  const { client, params } = context.oidc;
  if (client === undefined) throw new Error('a token without a client');
  const issued: IssuedToken = {
    client: recordOf(client),
    claims,
    grantType: String(params?.['grant_type']),
    grantId: 'grantId' in token ? token.grantId : undefined,
  };
  await events.onIssue(issued, context.req);
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

function tell(provider: Provider, events: ProviderEvents): void {
  provider.on('authorization.error', (context, error) => {
    events.onRefusal('authorization', error, context.oidc?.client?.clientId, context.req);
  });
  const refused = (endpoint: string) => (context: KoaContextWithOIDC, error: Error) => {
    if (error instanceof TryLater) context.set('retry-after', String(error.retryAfter));
    events.onRefusal(endpoint, error, context.oidc?.client?.clientId, context.req);
  };
  provider.on('grant.error', refused('token'));
  provider.on('revocation.error', refused('revocation'));
  provider.on('introspection.error', refused('introspection'));
  provider.on('userinfo.error', refused('userinfo'));
  provider.on('pushed_authorization_request.error', refused('par'));
  provider.on('end_session.error', refused('end'));
  provider.on('server_error', (context, error) => {
    // Whatever it is, the client cannot mend it: it may try again.
    context.status = 503;
    context.set('retry-after', '5');
    context.body = { error: 'temporarily_unavailable' };
    events.onFault(error, context.req);
  });
}
