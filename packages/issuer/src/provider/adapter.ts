import type { Store } from '@portcullis/store';
import type { VerifiedToken } from '@portcullis/token';
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';
import { ACCOUNT_CLIENT, accountClient } from '../clients/account-client.ts';
import { CLIENT_ID } from '../clients/manage.ts';
import { SharedLookups } from '../clients/shared-lookups.ts';
import { endpointUrl, PATHS } from '../listener/public-paths.ts';
import { tokenOf } from '../tokens/token-handle.ts';
import { artifactAdapter } from './artifact-adapter.ts';
import { metadataOf } from './client-metadata.ts';
import { AssertionUsed } from './errors.ts';
import { sessionAdapter } from './session-adapter.ts';

export interface AdapterOptions {
  readonly store: Store;
  readonly issuer: string;
  /** The token, when it is ours and still good. */
  readonly findToken: (token: string) => Promise<VerifiedToken | undefined>;
  readonly revokeToken: (token: VerifiedToken) => Promise<void>;
  readonly endGrant: (grantId: string) => Promise<void>;
  readonly onSignOut: (accountId: string, session: string) => Promise<void>;
}

/** What is kept until it has expired, and found by what its holder presents. */
const ARTIFACTS = new Set([
  'AuthorizationCode',
  'RefreshToken',
  'Grant',
  'Interaction',
  'PushedAuthorizationRequest',
]);

/** Where the library finds and leaves what it deals with, by the name of the kind of thing. */
export function adapterFactory(options: AdapterOptions): AdapterFactory {
  const { store, issuer, endGrant, onSignOut } = options;
  const resumeUrl = (uid: string): string => endpointUrl(issuer, `${PATHS.authorization}/${uid}`);
  const artifacts = { artifacts: store.artifacts, resumeUrl, endGrant };
  return (kind) => {
    if (kind === 'Client') return clients(options);
    if (kind === 'ReplayDetection') return replays(options);
    if (kind === 'Session') return sessionAdapter({ sessions: store.sessions, onSignOut });
    if (kind === 'ClientCredentials') return accessTokens(kind, options);
    if (kind === 'AccessToken')
      return eitherToken(accessTokens(kind, options), artifactAdapter(kind, artifacts));
    return ARTIFACTS.has(kind) ? artifactAdapter(kind, artifacts) : nothing(kind);
  };
}

function clients({ store, issuer }: AdapterOptions): Adapter {
  const ours = metadataOf(accountClient(issuer));
  const lookups = new SharedLookups(store.clients);
  return {
    ...nothing('Client'),
    async find(id) {
      // Nobody has such an id, and PostgreSQL takes no NUL.
      if (!CLIENT_ID.test(id)) return undefined;
      if (id === ACCOUNT_CLIENT) return ours;
      const client = await lookups.find(id);
      // A disabled client is told apart from an unknown one by operators only.
      return client === undefined || client.disabledAt !== undefined ? undefined : metadataOf(client);
    },
  };
}

/** The library looks first and remembers then; of two at once both would pass, were it not for the claim. */
function replays({ store }: AdapterOptions): Adapter {
  return {
    ...nothing('ReplayDetection'),
    find: async () => undefined,
    async upsert(id, _payload, expiresIn = 0) {
      if (!(await store.assertions.claim(id, Date.now() + expiresIn * 1000))) throw new AssertionUsed();
    },
  };
}

/** Access tokens for APIs are JWTs and kept by nobody: they are found by what is in them. */
function accessTokens(
  kind: 'AccessToken' | 'ClientCredentials',
  { findToken, revokeToken }: AdapterOptions,
): Adapter {
  const verified = async (handle: string): Promise<VerifiedToken | undefined> => {
    const token = tokenOf(handle);
    const found = token === undefined ? undefined : await findToken(token);
    return found !== undefined && kindOf(found) === kind ? found : undefined;
  };
  return {
    ...nothing(kind),
    async find(handle) {
      const token = await verified(handle);
      return token && payloadOf(handle, token);
    },
    async destroy(handle) {
      const token = await verified(handle);
      if (token !== undefined) await revokeToken(token);
    },
  };
}

/** Tokens for APIs are JWTs; those for the userinfo endpoint are opaque, and kept. */
function eitherToken(jwts: Adapter, opaque: Adapter): Adapter {
  return {
    ...opaque,
    find: (id) => (tokenOf(id) === undefined ? opaque : jwts).find(id),
    destroy: (id) => (tokenOf(id) === undefined ? opaque : jwts).destroy(id),
  };
}

/** A client that speaks for itself is its own subject (RFC 9068 §2.2). */
function kindOf({ claims }: VerifiedToken): 'AccessToken' | 'ClientCredentials' {
  return claims.sub === claims['client_id'] ? 'ClientCredentials' : 'AccessToken';
}

/** What the library expects of a stored token, out of one that is its own record. */
function payloadOf(handle: string, token: VerifiedToken): AdapterPayload {
  const { jti, sub, iat, exp, nbf, aud, client_id, scope, roles, sid, acr, amr, auth_time } = token.claims;
  const kind = kindOf(token);
  const extra = { jti, sub, nbf, roles, sid, acr, amr, auth_time };
  return {
    kind,
    jti: handle,
    ...(typeof iat === 'number' && { iat }),
    ...(typeof exp === 'number' && { exp }),
    ...(typeof aud === 'string' && { aud }),
    ...(typeof client_id === 'string' && { clientId: client_id }),
    ...(typeof scope === 'string' && { scope }),
    ...(kind === 'AccessToken' && typeof sub === 'string' && { accountId: sub }),
    extra: Object.fromEntries(Object.entries(extra).filter(([, value]) => value !== undefined)),
  };
}

/** Kinds that nothing in this version makes. */
function nothing(kind: string): Adapter {
  const refuse = async (): Promise<never> => {
    throw new Error(`${kind} is not kept`);
  };
  const absent = async (): Promise<undefined> => undefined;
  return {
    upsert: refuse,
    find: absent,
    findByUid: absent,
    findByUserCode: absent,
    destroy: refuse,
    consume: refuse,
    revokeByGrantId: refuse,
  };
}
