import type { Artifact, Artifacts } from '@portcullis/store';
import { type Adapter, type AdapterPayload, errors, Provider } from 'oidc-provider';
import { endsGrant } from './end-grant.ts';
import { redemptionOf } from './redemption.ts';

/** What an artifact belongs to; undefined where that is nothing. */
type Owners = Pick<Artifact, 'grantId' | 'accountId' | 'clientId' | 'sessionUid'>;

export interface ArtifactAdapterOptions {
  readonly artifacts: Artifacts;
  /** Where somebody goes on after an interaction. */
  readonly resumeUrl: (uid: string) => string;
  /** Ends everything that came of a grant: somebody presents what was used before. */
  readonly endGrant: (grantId: string) => Promise<void>;
}

/**
 * What the library hands out and takes back, kept so that nobody can present what is read in the database: its `jti` is the
 * token itself, which is why it is taken out and put back. What came of a grant goes when the grant has ended, at its very end: were
 * a refresh token taken away beside that, as the library asks for, whoever presents it again after we were cut short would be refused, and
 * end nothing any more. An interaction names its pushed request, which is good for a minute.
 */
export function artifactAdapter(kind: string, options: ArtifactAdapterOptions): Adapter {
  const { artifacts, endGrant } = options;
  return {
    async find(id) {
      const artifact = await artifacts.find(kind, id);
      if (artifact === undefined) return undefined;
      const { payload, consumedAt } = artifact;
      const consumed = consumedAt === undefined ? {} : { consumed: Math.floor(consumedAt / 1000) };
      const more = kind === 'Interaction' ? { returnTo: options.resumeUrl(id) } : {};
      return { ...payload, ...more, ...consumed, jti: id } as AdapterPayload;
    },
    async upsert(id, payload) {
      const artifact = artifactOf(kind, id, payload);
      const redemption = kind === 'RefreshToken' ? redemptionOf(Provider.ctx) : undefined;
      if (redemption === undefined) await artifacts.save(kind, id, artifact);
      else redemption.successor = { kind, id, artifact };
    },
    async consume(id) {
      const redemption = redemptionOf(Provider.ctx);
      if (redemption !== undefined) redemption.used = { kind, id };
      else if (!(await artifacts.consume(kind, id, Date.now())))
        throw new errors.InvalidGrant('already used');
    },
    async destroy(id) {
      if (kind === 'Grant') await endGrant(id);
      else if (kind !== 'RefreshToken') await artifacts.delete(kind, id);
    },
    async revokeByGrantId(grantId) {
      if (Provider.ctx !== undefined && !endsGrant(Provider.ctx))
        await artifacts.deleteOfGrant(kind, grantId);
    },
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
  };
}

function artifactOf(kind: string, id: string, payload: AdapterPayload): Artifact {
  const { jti: _token, returnTo: _url, session, ...kept } = payload;
  return {
    payload: { ...kept, ...(session && { session: withoutCookie(session) }) },
    ...ownersOf(kind, id, payload),
    expiresAt: (payload.exp ?? 0) * 1000,
  };
}

/** What ends it when it ends. An interaction belongs to whoever is about to sign in by it, and to no grant. */
function ownersOf(kind: string, id: string, payload: AdapterPayload): Owners {
  if (kind === 'Interaction') {
    const { result, session } = payload;
    return {
      grantId: undefined,
      accountId: result?.login?.accountId ?? session?.accountId,
      clientId: undefined,
      sessionUid: session?.uid,
    };
  }
  const uid = kind === 'Grant' ? Provider.ctx?.oidc.session?.uid : payload.sessionUid;
  return {
    grantId: kind === 'Grant' ? id : payload.grantId,
    accountId: payload.accountId,
    clientId: payload.clientId,
    sessionUid: uid,
  };
}

/** An interaction would keep what the cookie of the session carries, which nobody reads. */
function withoutCookie(session: NonNullable<AdapterPayload['session']>): object {
  const { cookie: _cookie, ...kept } = session;
  return kept;
}
