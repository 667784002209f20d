import type { Store } from '@portcullis/store';
import type { VerifiedToken } from '@portcullis/token';
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';
import { CLIENT_ID } from '../clients/manage.ts';
import { SharedLookups } from '../clients/shared-lookups.ts';
import { tokenOf } from '../tokens/token-handle.ts';
import { metadataOf } from './client-metadata.ts';
import { AssertionUsed } from './errors.ts';

export interface AdapterOptions {
  readonly store: Store;
  /** The token, when it is ours and still good. */
  readonly findToken: (token: string) => Promise<VerifiedToken | undefined>;
  readonly revokeToken: (token: VerifiedToken) => Promise<void>;
}

/** Where the library finds and leaves what it deals with, by the name of the kind of thing. */
export function adapterFactory(options: AdapterOptions): AdapterFactory {
  return (kind) => {
    if (kind === 'Client') return clients(options);
    if (kind === 'ReplayDetection') return replays(options);
    return kind === 'ClientCredentials' ? accessTokens(options) : nothing(kind);
  };
}

function clients({ store }: AdapterOptions): Adapter {
  const lookups = new SharedLookups(store.clients);
  return {
    ...nothing('Client'),
    async find(id) {
      // Nobody has such an id, and PostgreSQL takes no NUL.
      if (!CLIENT_ID.test(id)) return undefined;
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

/** Access tokens are JWTs and kept by nobody: they are found by what is in them. */
function accessTokens({ findToken, revokeToken }: AdapterOptions): Adapter {
  const verified = async (handle: string): Promise<VerifiedToken | undefined> => {
    const token = tokenOf(handle);
    return token === undefined ? undefined : findToken(token);
  };
  return {
    ...nothing('ClientCredentials'),
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

/** What the library expects of a stored token, out of one that is its own record. */
function payloadOf(handle: string, { claims }: VerifiedToken): AdapterPayload {
  const { jti, sub, iat, exp, nbf, aud, client_id, scope, roles } = claims;
  const extra = { jti, sub, nbf, roles };
  return {
    kind: 'ClientCredentials',
    jti: handle,
    ...(typeof iat === 'number' && { iat }),
    ...(typeof exp === 'number' && { exp }),
    ...(typeof aud === 'string' && { aud }),
    ...(typeof client_id === 'string' && { clientId: client_id }),
    ...(typeof scope === 'string' && { scope }),
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
