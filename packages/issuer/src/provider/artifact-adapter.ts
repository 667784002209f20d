import type { IncomingMessage } from 'node:http';
import type { Artifact, Artifacts } from '@portcullis/store';
import { type Adapter, type AdapterPayload, errors, Provider } from 'oidc-provider';

export interface ArtifactAdapterOptions {
  readonly artifacts: Artifacts;
  /** Where somebody goes on after an interaction. */
  readonly resumeUrl: (uid: string) => string;
  /** Ends everything that came of a grant: somebody presents what was used before. */
  readonly endGrant: (grantId: string) => Promise<void>;
}

/**
 * What the library hands out and takes back, kept so that nobody can present what is read in the database: its `jti` is the
 * token itself, which is why it is taken out and put back.
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
      const old = kind === 'RefreshToken' ? takeRotated() : undefined;
      if (old === undefined) return artifacts.save(kind, id, artifact);
      if (await artifacts.replace(kind, old, id, artifact, Date.now())) return;
      await refuseUsed(artifact.grantId, endGrant);
    },
    async consume(id) {
      // It is used up together with what takes its place, or not at all.
      if (kind === 'RefreshToken') return rememberRotated(id);
      if (await artifacts.consume(kind, id, Date.now())) return;
      await refuseUsed((await artifacts.find(kind, id))?.grantId, endGrant);
    },
    destroy: (id) => (kind === 'Grant' ? endGrant(id) : artifacts.delete(kind, id)),
    revokeByGrantId: (grantId) => artifacts.deleteOfGrant(kind, grantId),
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
  };
}

/** Two came with the same one, and both found it unused; this is the later one. The library would not notice. */
async function refuseUsed(
  grantId: string | undefined,
  endGrant: ArtifactAdapterOptions['endGrant'],
): Promise<never> {
  if (grantId !== undefined) await endGrant(grantId);
  throw new errors.InvalidGrant('already used');
}

/** The refresh token that a request uses up, until what takes its place is kept. */
const rotated = new WeakMap<IncomingMessage, string>();

function rememberRotated(id: string): void {
  const request = Provider.ctx?.req;
  if (request === undefined) throw new Error('a refresh token is used outside of a request');
  rotated.set(request, id);
}

function takeRotated(): string | undefined {
  const request = Provider.ctx?.req;
  const id = request && rotated.get(request);
  if (request !== undefined) rotated.delete(request);
  return id;
}

function artifactOf(kind: string, id: string, payload: AdapterPayload): Artifact {
  const { jti: _token, returnTo: _url, session, ...kept } = payload;
  return {
    payload: { ...kept, ...(session && { session: withoutCookie(session) }) },
    grantId: kind === 'Grant' ? id : payload.grantId,
    accountId: payload.accountId,
    clientId: payload.clientId,
    sessionUid: payload.sessionUid ?? (kind === 'Grant' ? Provider.ctx?.oidc.session?.uid : undefined),
    expiresAt: (payload.exp ?? 0) * 1000,
  };
}

/** An interaction would keep what the cookie of the session carries, which nobody reads. */
function withoutCookie(session: NonNullable<AdapterPayload['session']>): object {
  const { cookie: _cookie, ...kept } = session;
  return kept;
}
