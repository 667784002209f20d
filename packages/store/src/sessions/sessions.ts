import { createHash } from 'node:crypto';
import { withdrawLinks } from '../accounts/one-time-links.ts';
import type { Db, Tx } from '../database/database.ts';
import type { SessionRow } from '../database/tables.ts';
import type { Revocations, StoredRevocation } from '../revocations/revocations.ts';

const MAX_USER_AGENT = 300;

/** A login of a browser. Times are milliseconds since the epoch. */
export interface StoredSession {
  /** Names it among ourselves; it opens nothing. */
  readonly uid: string;
  /** Undefined while nobody has signed in. */
  readonly accountId: string | undefined;
  /** What is known of it; never what the cookie carries. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly expiresAt: number;
}

/** A session as its owner sees it. */
export interface SessionView {
  readonly uid: string;
  /** Where it was last seen. */
  readonly address: string;
  readonly userAgent: string;
  readonly createdAt: number;
  readonly seenAt: number;
}

export interface EndedSession {
  readonly uid: string;
  /** What the clients that took part called it, each in its own way: the `sid` of their tokens. */
  readonly sids: readonly string[];
}

/** Where a browser was seen. */
export interface Sighting {
  readonly address: string;
  readonly userAgent: string;
  readonly at: number;
}

/** The logins of browsers. */
export class Sessions {
  readonly #db: Db;
  readonly #revocations: Revocations;

  constructor(db: Db, revocations: Revocations) {
    this.#db = db;
    this.#revocations = revocations;
  }

  /** @param id what the cookie carries */
  async find(id: string): Promise<StoredSession | undefined> {
    return this.#findWhere('hash', hashOf(id));
  }

  async findByUid(uid: string): Promise<StoredSession | undefined> {
    return this.#findWhere('uid', uid);
  }

  /** Keeps a new one. */
  async add(id: string, session: StoredSession, seen: Sighting): Promise<void> {
    const row = { ...changesOf(id, session, seen), uid: session.uid, created_at: seen.at };
    await this.#db.insertInto('sessions').values(row).execute();
  }

  /**
   * Keeps one as it is now, under this id; the id that it had ends. Of two requests that let clients into one session at
   * once, both do.
   *
   * @param base its payload as it was read: what is not changed since then is taken from the store
   * @returns false when it was ended meanwhile, and stays so
   */
  async change(
    id: string,
    session: StoredSession,
    base: StoredSession['payload'],
    seen: Sighting,
  ): Promise<boolean> {
    return this.#db.transaction().execute(async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable('sessions')
        .set({ seen_at: seen.at })
        .where('uid', '=', session.uid)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return false;
      const row = await tx
        .selectFrom('sessions')
        .select('payload')
        .where('uid', '=', session.uid)
        .executeTakeFirstOrThrow();
      const stored = JSON.parse(row.payload) as StoredSession['payload'];
      const payload = withOthers(session.payload, base, stored);
      const changes = changesOf(id, { ...session, payload }, seen);
      await tx.updateTable('sessions').set(changes).where('uid', '=', session.uid).execute();
      return true;
    });
  }

  async delete(id: string): Promise<void> {
    await this.#db.deleteFrom('sessions').where('hash', '=', hashOf(id)).execute();
  }

  /** Those of an account that are good, the newest first. */
  async list(accountId: string, now: number): Promise<SessionView[]> {
    const rows = await this.#db
      .selectFrom('sessions')
      .select(['uid', 'address', 'user_agent', 'created_at', 'seen_at'])
      .where('account_id', '=', accountId)
      .where('expires_at', '>', now)
      .orderBy('created_at', 'desc')
      .execute();
    return rows.map(({ uid, address, user_agent, created_at, seen_at }) => ({
      uid,
      address,
      userAgent: user_agent,
      createdAt: created_at,
      seenAt: seen_at,
    }));
  }

  /** What a client calls the sessions of an account in which it takes part. */
  async sidsOf(accountId: string, clientId: string): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('sessions')
      .select('payload')
      .where('account_id', '=', accountId)
      .execute();
    return rows.flatMap((row) =>
      authorizationsOf(row).flatMap((one) => (one.clientId === clientId ? [one.sid] : [])),
    );
  }

  /**
   * Ends sessions with all that came of them, and leaves word for the clients that want it; all or nothing.
   *
   * @param which one of an account, or all but one
   * @param revocationOf what ends the access tokens with this `sid`
   * @returns those that ended
   */
  async end(
    accountId: string,
    which: { readonly uid: string } | { readonly except: string | undefined },
    revocationOf: (sid: string) => StoredRevocation,
    now: number,
  ): Promise<EndedSession[]> {
    return this.#db.transaction().execute(async (tx) => {
      const query = tx.selectFrom('sessions').selectAll().where('account_id', '=', accountId);
      const rows = await ('uid' in which
        ? query.where('uid', '=', which.uid)
        : query.where('uid', '!=', which.except ?? '')
      ).execute();
      const ended: EndedSession[] = [];
      for (const row of rows) ended.push(await end(tx, row, now));
      if (!('uid' in which)) await endHalfway(tx, accountId, now);
      const revoked = ended.flatMap(({ sids }) => sids.map(revocationOf));
      await this.#revocations.addWithin(tx, revoked, now);
      return ended;
    });
  }

  async #findWhere(column: 'hash' | 'uid', value: string): Promise<StoredSession | undefined> {
    const row = await this.#db
      .selectFrom('sessions')
      .selectAll()
      .where(column, '=', value)
      .executeTakeFirst();
    return row && sessionOf(row);
  }
}

/** What this request changed of who takes part in a session, and of the rest what others changed meanwhile. */
function withOthers(
  mine: StoredSession['payload'],
  base: StoredSession['payload'],
  stored: StoredSession['payload'],
): StoredSession['payload'] {
  const [own, read, now] = [mine, base, stored].map(
    ({ authorizations }) => (authorizations ?? {}) as Readonly<Record<string, unknown>>,
  );
  const changed = Object.entries(own ?? {}).filter(
    ([client, value]) => JSON.stringify(value) !== JSON.stringify(read?.[client]),
  );
  return { ...mine, authorizations: { ...now, ...Object.fromEntries(changed) } };
}

function changesOf(
  id: string,
  { accountId, payload, expiresAt }: StoredSession,
  { address, userAgent, at }: Sighting,
): Omit<SessionRow, 'uid' | 'created_at'> {
  return {
    hash: hashOf(id),
    account_id: accountId ?? null,
    payload: JSON.stringify(payload),
    address,
    user_agent: userAgent.slice(0, MAX_USER_AGENT),
    seen_at: at,
    expires_at: expiresAt,
  };
}

/** Who has proved who they are, and is not in yet, has to do so again. */
async function endHalfway(tx: Tx, accountId: string, now: number): Promise<void> {
  await tx.updateTable('accounts').set({ signed_out_at: now }).where('id', '=', accountId).execute();
  await tx
    .deleteFrom('artifacts')
    .where('account_id', '=', accountId)
    .where('session_uid', 'is', null)
    .where('grant_id', 'is', null)
    .execute();
  await withdrawLinks(tx, accountId);
}

async function end(tx: Tx, row: SessionRow, now: number): Promise<EndedSession> {
  const taking = authorizationsOf(row);
  const grants = taking.flatMap(({ grantId }) => (grantId === undefined ? [] : [grantId]));
  const sids = new Set([...taking.map(({ sid }) => sid), ...(await sidsIn(tx, row.uid))]);
  await tx.deleteFrom('sessions').where('uid', '=', row.uid).execute();
  await tx.deleteFrom('artifacts').where('session_uid', '=', row.uid).execute();
  if (grants.length > 0) await tx.deleteFrom('artifacts').where('grant_id', 'in', grants).execute();
  const listening = await listeners(
    tx,
    taking.map(({ clientId }) => clientId),
  );
  const notice = { account_id: row.account_id ?? '', attempts: 0, due_at: now };
  const notices = taking
    .filter(({ clientId }) => listening.has(clientId))
    .map(({ clientId, sid }) => ({ ...notice, client_id: clientId, sid }));
  if (notices.length > 0) await tx.insertInto('logout_notices').values(notices).execute();
  return { uid: row.uid, sids: [...sids] };
}

/** What clients call a session, as their refresh tokens tell: one that lost its place in the session has them, too. */
async function sidsIn(tx: Tx, uid: string): Promise<string[]> {
  const rows = await tx.selectFrom('artifacts').select('payload').where('session_uid', '=', uid).execute();
  return rows.flatMap(({ payload }) => {
    const { sid } = JSON.parse(payload) as { sid?: unknown };
    return typeof sid === 'string' ? [sid] : [];
  });
}

/** Of these clients, those that want to be told when a session ends. */
async function listeners(tx: Tx, clients: readonly string[]): Promise<ReadonlySet<string>> {
  if (clients.length === 0) return new Set();
  const rows = await tx
    .selectFrom('clients')
    .select('id')
    .where('id', 'in', clients)
    .where('backchannel_logout_uri', 'is not', null)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** The clients that took part in a session: what they call it, and the grant that they have by it. */
function authorizationsOf(session: {
  readonly payload: string;
}): { readonly clientId: string; readonly sid: string; readonly grantId: string | undefined }[] {
  const { authorizations } = JSON.parse(session.payload) as {
    authorizations?: Record<string, { sid?: string; grantId?: string }>;
  };
  return Object.entries(authorizations ?? {}).flatMap(([clientId, { sid, grantId }]) =>
    sid === undefined ? [] : [{ clientId, sid, grantId }],
  );
}

function sessionOf(row: SessionRow): StoredSession {
  return {
    uid: row.uid,
    accountId: row.account_id ?? undefined,
    payload: JSON.parse(row.payload) as Record<string, unknown>,
    expiresAt: row.expires_at,
  };
}

function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}
