import type { Db } from '../database/database.ts';

/** What a person let a client do. */
export interface Consent {
  readonly clientId: string;
  /** Of an API; empty for what OpenID Connect tells of a person. */
  readonly audience: string;
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch. */
  readonly grantedAt: number;
}

/** What people let clients do; it outlives the session in which they said so. */
export class Consents {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** All that an account said, by client; or of one client. */
  async list(accountId: string, clientId?: string): Promise<Consent[]> {
    const rows = await this.#db
      .selectFrom('consents')
      .selectAll()
      .where('account_id', '=', accountId)
      .$if(clientId !== undefined, (query) => query.where('client_id', '=', clientId ?? ''))
      .orderBy('client_id')
      .orderBy('audience')
      .execute();
    return rows.map(({ client_id, audience, scopes, granted_at }) => ({
      clientId: client_id,
      audience,
      scopes: JSON.parse(scopes) as string[],
      grantedAt: granted_at,
    }));
  }

  /** Adds to what was said before. */
  async add(accountId: string, consents: readonly Consent[]): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      // Two who add to what was said before do it one after the other.
      await tx
        .updateTable('accounts')
        .set((row) => ({ name: row.ref('name') }))
        .where('id', '=', accountId)
        .execute();
      for (const { clientId, audience, scopes, grantedAt } of consents) {
        const before = await tx
          .selectFrom('consents')
          .select('scopes')
          .where('account_id', '=', accountId)
          .where('client_id', '=', clientId)
          .where('audience', '=', audience)
          .executeTakeFirst();
        const all = new Set([...(before ? (JSON.parse(before.scopes) as string[]) : []), ...scopes]);
        const row = { scopes: JSON.stringify([...all]), granted_at: grantedAt };
        await tx
          .insertInto('consents')
          .values({ account_id: accountId, client_id: clientId, audience, ...row })
          .onConflict((conflict) =>
            conflict.columns(['account_id', 'client_id', 'audience']).doUpdateSet(row),
          )
          .execute();
      }
    });
  }

  /** Takes back what was said to a client. @returns false when nothing was */
  async withdraw(accountId: string, clientId: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('consents')
      .where('account_id', '=', accountId)
      .where('client_id', '=', clientId)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }
}
