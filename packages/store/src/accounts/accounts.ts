import type { Database, Db, Tx } from '../database/database.ts';
import type { AccountRow } from '../database/tables.ts';
import { StoreError } from '../errors.ts';
import { SEALED } from '../sealing/seal-anew.ts';
import type { Account, AccountChanges, ApiRoles, Identity, NewAccount } from './account.ts';

export interface AccountQuery {
  /** Only those whose email begins so. */
  readonly emailPrefix?: string;
  /** At most so many, by email. */
  readonly limit: number;
}

/** The people who can sign in. */
export class Accounts {
  readonly #database: Database;
  readonly #db: Db;

  constructor(database: Database) {
    this.#database = database;
    this.#db = database.db;
  }

  async find(id: string): Promise<Account | undefined> {
    return found(await this.#db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst());
  }

  async findByEmail(email: string): Promise<Account | undefined> {
    const query = this.#db.selectFrom('accounts').selectAll().where('email', '=', email);
    return found(await query.executeTakeFirst());
  }

  /** Who is known to another provider by this name. */
  async findByIdentity({ issuer, subject }: Identity): Promise<Account | undefined> {
    const row = await this.#db
      .selectFrom('accounts')
      .innerJoin('identities', 'identities.account_id', 'accounts.id')
      .selectAll('accounts')
      .where('identities.issuer', '=', issuer)
      .where('identities.subject', '=', subject)
      .executeTakeFirst();
    return found(row);
  }

  async list({ emailPrefix = '', limit }: AccountQuery): Promise<Account[]> {
    const rows = await this.#db
      .selectFrom('accounts')
      .selectAll()
      .where('email', '>=', emailPrefix)
      .orderBy('email')
      .limit(limit)
      .execute();
    return rows.filter(({ email }) => email.startsWith(emailPrefix)).map(accountOf);
  }

  /**
   * @param identity who they are at another provider, added with them or not at all
   * @throws {StoreError} `exists` when the email is somebody's
   */
  async add(account: NewAccount, identity?: Identity): Promise<void> {
    const whole = { ...account, sealedTotp: undefined, disabledAt: undefined, lastSignInAt: undefined };
    await this.#db.transaction().execute(async (tx) => {
      const { numInsertedOrUpdatedRows } = await tx
        .insertInto('accounts')
        .values(rowOf({ ...whole, signedOutAt: undefined }))
        .onConflict((conflict) => conflict.column('email').doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows === 0n) throw new StoreError('exists', `an account of ${account.email}`);
      if (identity !== undefined) await addIdentity(tx, account.id, identity, account.createdAt);
    });
  }

  /**
   * Changes an account while nobody else can.
   *
   * @param plan is given the account as it is; what it throws leaves it so
   * @returns the account as it was and as it is; undefined when there is none
   * @throws {StoreError} `exists` when the email is somebody else's
   */
  async change(
    id: string,
    plan: (account: Account) => AccountChanges,
  ): Promise<{ before: Account; after: Account } | undefined> {
    return this.#db.transaction().execute(async (tx) => {
      const before = await locked(tx, id);
      if (before === undefined) return undefined;
      const after = { ...before, ...plan(before) };
      if (after.email !== before.email) {
        // Whoever takes an address waits for who is about to take it.
        await this.#database.lock(tx, `email ${after.email}`);
        const taken = tx.selectFrom('accounts').select('id').where('email', '=', after.email);
        if ((await taken.executeTakeFirst()) !== undefined)
          throw new StoreError('exists', `an account of ${after.email}`);
      }
      const { email, email_verified_at, name, password_hash, roles, administrator, disabled_at } =
        rowOf(after);
      const row = { email, email_verified_at, name, password_hash, roles, administrator, disabled_at };
      await tx.updateTable('accounts').set(row).where('id', '=', id).execute();
      return { before, after };
    });
  }

  /** Forgets an account with all that is its own. @returns false when there is no such account */
  async delete(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db.deleteFrom('accounts').where('id', '=', id).executeTakeFirst();
    return numDeletedRows > 0n;
  }

  async noteSignIn(id: string, at: number): Promise<void> {
    await this.#db.updateTable('accounts').set({ last_sign_in_at: at }).where('id', '=', id).execute();
  }

  /**
   * Gives an account the secret of an authenticator application with new recovery codes, or takes both away.
   *
   * @param recoveryHashes SHA-256 of the codes
   */
  async setTotp(id: string, sealed: string | undefined, recoveryHashes: readonly string[]): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      await this.#database.lock(tx, SEALED);
      await tx
        .updateTable('accounts')
        .set({ sealed_totp: sealed ?? null, totp_step: null })
        .where('id', '=', id)
        .execute();
      await tx.deleteFrom('recovery_codes').where('account_id', '=', id).execute();
      for (const hash of recoveryHashes)
        await tx.insertInto('recovery_codes').values({ account_id: id, hash }).execute();
    });
  }

  /**
   * Claims a time step of an authenticator application: each is good for one sign-in (RFC 6238 §5.2).
   *
   * @returns false when this one or a later one was used before
   */
  async claimTotpStep(id: string, step: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('accounts')
      .set({ totp_step: step })
      .where('id', '=', id)
      .where((is) => is.or([is('totp_step', 'is', null), is('totp_step', '<', step)]))
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** Uses a recovery code up. @returns false when there is no such code */
  async claimRecoveryCode(id: string, hash: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('recovery_codes')
      .where('account_id', '=', id)
      .where('hash', '=', hash)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  async countRecoveryCodes(id: string): Promise<number> {
    const rows = await this.#db
      .selectFrom('recovery_codes')
      .select('hash')
      .where('account_id', '=', id)
      .execute();
    return rows.length;
  }

  /** @throws {StoreError} `exists` when it is somebody's already */
  async addIdentity(id: string, identity: Identity, now: number): Promise<void> {
    await addIdentity(this.#db, id, identity, now);
  }

  async identitiesOf(id: string): Promise<Identity[]> {
    return this.#db
      .selectFrom('identities')
      .select(['issuer', 'subject'])
      .where('account_id', '=', id)
      .orderBy('created_at')
      .execute();
  }

  /** @returns false when the account has no such identity */
  async removeIdentity(id: string, { issuer, subject }: Identity): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('identities')
      .where('account_id', '=', id)
      .where('issuer', '=', issuer)
      .where('subject', '=', subject)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }
}

async function addIdentity(db: Db, id: string, { issuer, subject }: Identity, now: number): Promise<void> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('identities')
    .values({ issuer, subject, account_id: id, created_at: now })
    .onConflict((conflict) => conflict.columns(['issuer', 'subject']).doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 0n) throw new StoreError('exists', `an account for ${subject}`);
}

/** Two who change an account at once do it one after the other. */
async function locked(tx: Tx, id: string): Promise<Account | undefined> {
  await tx
    .updateTable('accounts')
    .set((row) => ({ name: row.ref('name') }))
    .where('id', '=', id)
    .execute();
  return found(await tx.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst());
}

function rowOf(account: Account): Omit<AccountRow, 'totp_step'> & { totp_step: null } {
  return {
    id: account.id,
    email: account.email,
    email_verified_at: account.emailVerifiedAt ?? null,
    name: account.name,
    password_hash: account.passwordHash ?? null,
    roles: JSON.stringify(account.roles),
    administrator: account.administrator ? 1 : 0,
    sealed_totp: account.sealedTotp ?? null,
    totp_step: null,
    created_at: account.createdAt,
    disabled_at: account.disabledAt ?? null,
    last_sign_in_at: account.lastSignInAt ?? null,
    signed_out_at: account.signedOutAt ?? null,
  };
}

function found(row: AccountRow | undefined): Account | undefined {
  return row && accountOf(row);
}

function accountOf(row: AccountRow): Account {
  return {
    id: row.id,
    email: row.email,
    emailVerifiedAt: row.email_verified_at ?? undefined,
    name: row.name,
    passwordHash: row.password_hash ?? undefined,
    roles: JSON.parse(row.roles) as ApiRoles[],
    administrator: row.administrator === 1,
    sealedTotp: row.sealed_totp ?? undefined,
    createdAt: row.created_at,
    disabledAt: row.disabled_at ?? undefined,
    lastSignInAt: row.last_sign_in_at ?? undefined,
    signedOutAt: row.signed_out_at ?? undefined,
  };
}
