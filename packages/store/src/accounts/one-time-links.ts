import { createHash } from 'node:crypto';
import type { Db } from '../database/database.ts';
import type { OneTimeLinkRow } from '../database/tables.ts';

export const LINK_PURPOSES = [
  'verify_email',
  'restore_email',
  'reset_password',
  'invitation',
  'registration',
] as const;
export type LinkPurpose = (typeof LINK_PURPOSES)[number];

/** What a link that was sent to somebody lets its bearer do, once. */
export interface OneTimeLink {
  readonly purpose: LinkPurpose;
  /** Whose it is; undefined where there is no account yet. */
  readonly accountId: string | undefined;
  /** What else belongs to it, such as the email that it was sent to. */
  readonly detail: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Links that were sent out. What they carry is kept as a hash only. */
export class OneTimeLinks {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /**
   * Keeps a link, in the place of earlier ones of the same purpose, where it is of an account.
   *
   * @param value what the link carries: random, 256 bits
   */
  async add(value: string, link: OneTimeLink): Promise<void> {
    const { purpose, accountId, detail, expiresAt } = link;
    await this.#db.transaction().execute(async (tx) => {
      if (accountId !== undefined) {
        await tx
          .deleteFrom('one_time_links')
          .where('purpose', '=', purpose)
          .where('account_id', '=', accountId)
          .execute();
      }
      await tx
        .insertInto('one_time_links')
        .values({
          hash: hashOf(value),
          purpose,
          account_id: accountId ?? null,
          detail: JSON.stringify(detail),
          expires_at: expiresAt,
        })
        .execute();
    });
  }

  /** The link that carries this value, while it is good; it stays so. */
  async find(value: string, purpose: LinkPurpose, now: number): Promise<OneTimeLink | undefined> {
    const row = await this.#db
      .selectFrom('one_time_links')
      .selectAll()
      .where('hash', '=', hashOf(value))
      .executeTakeFirst();
    return row && goodLink(row, purpose, now);
  }

  /** Uses a link up. Of any number who try at once, one gets it. */
  async take(value: string, purpose: LinkPurpose, now: number): Promise<OneTimeLink | undefined> {
    const link = await this.find(value, purpose, now);
    if (link === undefined) return undefined;
    const { numDeletedRows } = await this.#db
      .deleteFrom('one_time_links')
      .where('hash', '=', hashOf(value))
      .executeTakeFirst();
    return numDeletedRows > 0n ? link : undefined;
  }

  /** Takes back what was sent to an account. */
  withdraw(accountId: string): Promise<void> {
    return withdrawLinks(this.#db, accountId);
  }
}

/** All but the way back to an address: whoever took the account over must not be able to bar it. */
export async function withdrawLinks(db: Db, accountId: string): Promise<void> {
  await db
    .deleteFrom('one_time_links')
    .where('account_id', '=', accountId)
    .where('purpose', '!=', 'restore_email' satisfies LinkPurpose)
    .execute();
}

function goodLink(row: OneTimeLinkRow, purpose: LinkPurpose, now: number): OneTimeLink | undefined {
  if (row.purpose !== purpose || row.expires_at <= now) return undefined;
  return {
    purpose,
    accountId: row.account_id ?? undefined,
    detail: JSON.parse(row.detail) as Record<string, string>,
    expiresAt: row.expires_at,
  };
}

function hashOf(value: string): string {
  return createHash('sha256').update(value).digest('base64url');
}
