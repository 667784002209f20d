import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database, Tx } from '../database/database.ts';
import type { RevocationRow } from '../database/tables.ts';

/** So many are read, written and given on at a time. */
const PAGE = 2_000;
/** Rows of one INSERT: each has six values, and a statement may hold 32,766. */
const ROWS = 1_000;

/** A revocation as it is kept: the shape that a gateway takes. Times are seconds since the epoch, as in tokens. */
export interface StoredRevocation {
  /** The exact `iss` of the tokens. */
  readonly issuer: string;
  readonly by: RevokedBy;
  readonly value: string;
  readonly issuedBefore?: number;
  readonly until?: number;
}

const REVOKED_BY = ['jti', 'session', 'subject', 'client', 'key', 'issuer'] as const;
type RevokedBy = (typeof REVOKED_BY)[number];

/** What is read of a row. */
const COLUMNS = ['issuer', 'revoked_by', 'value', 'issued_before', 'until'] as const;
type ReadRow = Pick<RevocationRow, (typeof COLUMNS)[number]>;

export interface FollowOptions {
  /** Told when new ones cannot be read, and again when they can; those known stay in force meanwhile. */
  readonly onTrouble?: (error: unknown) => void;
  readonly onRecovery?: () => void;
}

/** What was revoked, in the order in which it was. */
export class Revocations {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Once this resolves they survive whatever happens to this process. */
  async add(revocations: readonly StoredRevocation[], now: number): Promise<void> {
    if (revocations.length === 0) return;
    await this.#database.db.transaction().execute((tx) => this.addWithin(tx, revocations, now));
  }

  /** The same as a part of something larger: both or neither. */
  async addWithin(tx: Tx, revocations: readonly StoredRevocation[], now: number): Promise<void> {
    if (revocations.length === 0) return;
    // One after the other: a reader that has seen a number has seen all lower ones.
    await this.#database.lock(tx, 'revocations');
    for (let from = 0; from < revocations.length; from += ROWS) {
      const rows = revocations.slice(from, from + ROWS).map((one) => rowOf(one, now));
      await tx.insertInto('revocations').values(rows).execute();
    }
    await this.#database.announce(tx);
  }

  /** Those of an issuer that speak of one of these values, such as a `jti` and a `sub`, or of all its tokens. */
  async about(issuer: string, values: readonly string[]): Promise<StoredRevocation[]> {
    const rows = await this.#database.db
      .selectFrom('revocations')
      .select(COLUMNS)
      .where('value', 'in', [...values, ''])
      .where('issuer', '=', issuer)
      .orderBy('seq')
      .execute();
    return rows.map(revocationOf);
  }

  /**
   * Gives all that there are, and then each that comes, in batches, one batch at a time.
   *
   * @returns once all that there are were taken; then ends the following
   * @throws what keeps them from being read the first time
   */
  async follow(
    take: (batch: readonly StoredRevocation[]) => Promise<void>,
    { onTrouble = () => {}, onRecovery = () => {} }: FollowOptions = {},
  ): Promise<() => void> {
    let last = await this.#giveFrom(0, take);
    let reading = false;
    let again = false;
    let trouble = false;
    let following = true;
    const read = async (): Promise<void> => {
      again = true;
      if (reading) return;
      reading = true;
      while (again && following) {
        again = false;
        try {
          last = await this.#giveFrom(last, take);
          if (trouble) onRecovery();
          trouble = false;
        } catch (error) {
          if (!trouble && following) onTrouble(error);
          trouble = true;
        }
      }
      reading = false;
    };
    const unwatch = this.#database.watch(() => void read());
    void read(); // what came before it was watched
    return () => {
      following = false;
      unwatch();
    };
  }

  /** @returns the number of the last one given */
  async #giveFrom(
    last: number,
    take: (batch: readonly StoredRevocation[]) => Promise<void>,
  ): Promise<number> {
    for (let seen = last; ; ) {
      const rows = await this.#database.db
        .selectFrom('revocations')
        .select(['seq', ...COLUMNS])
        .where('seq', '>', seen)
        .orderBy('seq')
        .limit(PAGE)
        .execute();
      const newest = rows.at(-1);
      if (newest === undefined) {
        if (seen === 0 || !(await this.#wentBackBefore(seen))) return seen;
        seen = 0;
        continue;
      }
      await take(rows.map(revocationOf));
      seen = newest.seq;
      if (rows.length < PAGE) return seen;
      await nextTurn(); // SQLite answers at once: what takes them, and all else, would wait for the last page
    }
  }

  /** After a restore, or a failover to a replica that lagged, numbers that were seen come again: all are read anew. */
  async #wentBackBefore(seen: number): Promise<boolean> {
    const { newest } = await this.#database.db
      .selectFrom('revocations')
      .select((row) => row.fn.max('seq').as('newest'))
      .executeTakeFirstOrThrow();
    return (newest ?? 0) < seen;
  }
}

function rowOf(
  { issuer, by, value, issuedBefore, until }: StoredRevocation,
  now: number,
): Omit<RevocationRow, 'seq'> {
  return {
    issuer,
    revoked_by: by,
    value,
    issued_before: issuedBefore === undefined ? null : Math.ceil(issuedBefore),
    until: until === undefined ? null : Math.ceil(until),
    created_at: now,
  };
}

/** At a start there may be a million of them: no object is made that is not given. */
function revocationOf(row: ReadRow): StoredRevocation {
  const { issuer, revoked_by: by, value, issued_before: issuedBefore, until } = row;
  if (!isRevokedBy(by)) throw new Error(`a revocation by ${by} is not known to this version`);
  if (issuedBefore === null) return until === null ? { issuer, by, value } : { issuer, by, value, until };
  if (until === null) return { issuer, by, value, issuedBefore };
  return { issuer, by, value, issuedBefore, until };
}

function isRevokedBy(text: string): text is RevokedBy {
  const known: readonly string[] = REVOKED_BY;
  return known.includes(text);
}
