import type { Db } from '../database/database.ts';
import type { PasskeyRow } from '../database/tables.ts';
import { StoreError } from '../errors.ts';
import type { Passkey } from './account.ts';

/** The public-key credentials of accounts. */
export class Passkeys {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  async find(id: string): Promise<(Passkey & { readonly accountId: string }) | undefined> {
    const row = await this.#db.selectFrom('passkeys').selectAll().where('id', '=', id).executeTakeFirst();
    return row && { ...passkeyOf(row), accountId: row.account_id };
  }

  /** Those of an account, the oldest first. */
  async list(accountId: string): Promise<Passkey[]> {
    const rows = await this.#db
      .selectFrom('passkeys')
      .selectAll()
      .where('account_id', '=', accountId)
      .orderBy('created_at')
      .execute();
    return rows.map(passkeyOf);
  }

  /** @throws {StoreError} `exists` */
  async add(accountId: string, passkey: Passkey): Promise<void> {
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('passkeys')
      .values({
        id: passkey.id,
        account_id: accountId,
        name: passkey.name,
        public_key: passkey.publicKey,
        counter: passkey.counter,
        transports: JSON.stringify(passkey.transports),
        created_at: passkey.createdAt,
        last_used_at: null,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 0n) throw new StoreError('exists', 'a passkey of this credential ID');
  }

  /**
   * Notes a use. A counter that does not grow tells of a copy (Web Authentication §6.1.1); most keep it at 0.
   *
   * @returns false when somebody else noted the same count or a higher one
   */
  async noteUse(id: string, counter: number, at: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('passkeys')
      .set({ counter, last_used_at: at })
      .where('id', '=', id)
      .where((is) => (counter === 0 ? is('counter', '=', 0) : is('counter', '<', counter)))
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** @returns false when the account has no such passkey */
  async delete(accountId: string, id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('passkeys')
      .where('account_id', '=', accountId)
      .where('id', '=', id)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }
}

function passkeyOf(row: PasskeyRow): Passkey {
  return {
    id: row.id,
    name: row.name,
    publicKey: row.public_key,
    counter: row.counter,
    transports: JSON.parse(row.transports) as string[],
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at ?? undefined,
  };
}
