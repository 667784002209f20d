import { createHash } from 'node:crypto';
import type { Db } from '../database/database.ts';

/** Assertions that were used: none may be used twice (RFC 7523 §3). */
export class UsedAssertions {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /**
   * Claims the use of an assertion. Of any number who claim the same one at once, one gets true.
   *
   * @param name what identifies it, such as its issuer and `jti`
   * @param until milliseconds since the epoch, when it has expired anyway
   */
  async claim(name: string, until: number): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('used_assertions')
      .values({ id: createHash('sha256').update(name).digest('base64url'), until: Math.ceil(until) })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n;
  }
}
