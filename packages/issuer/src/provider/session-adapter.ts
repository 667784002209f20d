import type { IncomingMessage } from 'node:http';
import type { Sessions, StoredSession } from '@portcullis/store';
import { type Adapter, type AdapterPayload, Provider } from 'oidc-provider';
import { infoOf } from '../listener/request-info.ts';

export interface SessionAdapterOptions {
  readonly sessions: Sessions;
  /** Somebody signs out: ends everything that came of the session. */
  readonly onSignOut: (accountId: string, uid: string) => Promise<void>;
}

/**
 * Sessions as a request has read or kept them: they are changed, and not made anew, should they have been ended meanwhile; and
 * what the request did not change is left to others.
 */
const known = new WeakMap<IncomingMessage, Map<string, StoredSession['payload']>>();

/** The sessions of the library, which names them by what the cookie carries; we keep its hash, and a name of our own. */
export function sessionAdapter({ sessions, onSignOut }: SessionAdapterOptions): Adapter {
  return {
    async find(id) {
      const session = await sessions.find(id);
      if (session === undefined) return undefined;
      // A copy: the library goes on with what it is given.
      knownTo(Provider.ctx?.req)?.set(session.uid, structuredClone(session.payload));
      return { ...session.payload, jti: id } as AdapterPayload;
    },
    async findByUid(uid) {
      const session = await sessions.findByUid(uid);
      return session && ({ ...session.payload, jti: '' } as AdapterPayload);
    },
    async upsert(id, payload) {
      const request = Provider.ctx?.req;
      const { address } = request === undefined ? { address: '' } : infoOf(request);
      const seen = { address, userAgent: request?.headers['user-agent'] ?? '', at: Date.now() };
      const session = storedOf(payload);
      const before = knownTo(request);
      const base = before?.get(session.uid);
      // One that was ended meanwhile stays so: what the browser is given opens nothing.
      if (base !== undefined) await sessions.change(id, session, base, seen);
      else await sessions.add(id, session, seen);
      before?.set(session.uid, structuredClone(session.payload));
    },
    async destroy(id) {
      const session = await sessions.find(id);
      if (session?.accountId === undefined) await sessions.delete(id);
      else await onSignOut(session.accountId, session.uid);
    },
    findByUserCode: async () => undefined,
    consume: async () => {},
    revokeByGrantId: async () => {},
  };
}

function knownTo(request: IncomingMessage | undefined): Map<string, StoredSession['payload']> | undefined {
  if (request === undefined) return undefined;
  const uids = known.get(request) ?? new Map();
  known.set(request, uids);
  return uids;
}

function storedOf(payload: AdapterPayload): StoredSession {
  const { jti: _cookie, ...kept } = payload;
  return {
    uid: payload.uid ?? '',
    accountId: payload.accountId,
    payload: kept,
    expiresAt: (payload.exp ?? 0) * 1000,
  };
}
