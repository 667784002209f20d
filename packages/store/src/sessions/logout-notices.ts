import type { Db } from '../database/database.ts';

/** A session ended, and a client is to be told (OpenID Connect Back-Channel Logout §2). */
export interface LogoutNotice {
  readonly number: number;
  readonly clientId: string;
  readonly accountId: string;
  /** What the client calls the session. */
  readonly sid: string;
  /** How often it was tried in vain. */
  readonly attempts: number;
}

/** Word for clients that sessions have ended: kept until they have it, or it is given up. */
export class LogoutNotices {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /**
   * Takes those that are due, and puts their next attempt off, so that of several processes one tries.
   *
   * @param now milliseconds since the epoch, as `next`
   * @param next when one is due again that is not told meanwhile
   */
  async claim(now: number, next: number, limit: number): Promise<LogoutNotice[]> {
    const due = await this.#db
      .selectFrom('logout_notices')
      .selectAll()
      .where('due_at', '<=', now)
      .orderBy('due_at')
      .limit(limit)
      .execute();
    const claimed: LogoutNotice[] = [];
    for (const { seq, client_id, account_id, sid, attempts, due_at } of due) {
      const { numUpdatedRows } = await this.#db
        .updateTable('logout_notices')
        .set({ due_at: next })
        .where('seq', '=', seq)
        .where('due_at', '=', due_at)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) continue;
      claimed.push({
        number: seq,
        clientId: client_id,
        accountId: account_id,
        sid,
        attempts,
      });
    }
    return claimed;
  }

  /** It was told, or is given up. */
  async settle(number: number): Promise<void> {
    await this.#db.deleteFrom('logout_notices').where('seq', '=', number).execute();
  }

  /** Puts the next attempt off. @param attempts how often it was tried in vain by now */
  async postpone(number: number, until: number, attempts: number): Promise<void> {
    await this.#db
      .updateTable('logout_notices')
      .set({ due_at: until, attempts })
      .where('seq', '=', number)
      .execute();
  }
}
