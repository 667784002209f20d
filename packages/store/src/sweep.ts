import { sql } from 'kysely';
import type { Db } from './database/database.ts';

/** So few that nobody who writes meanwhile waits long. */
const ROWS = 500;

/** What ends by itself: the table, its key, and the column that says when; in seconds where that is how tokens tell it. */
const EXPIRING = [
  ['revocations', 'seq', 'until', 'seconds'],
  ['used_assertions', 'id', 'until', 'milliseconds'],
  ['client_secrets', 'id', 'expires_at', 'milliseconds'],
  ['artifacts', 'hash', 'expires_at', 'milliseconds'],
  ['sessions', 'hash', 'expires_at', 'milliseconds'],
  ['one_time_links', 'hash', 'expires_at', 'milliseconds'],
] as const;

/**
 * @param auditBefore audit events that are older go; milliseconds since the epoch, as `now`
 * @returns whether there may be more
 */
export async function sweep(db: Db, now: number, auditBefore: number): Promise<boolean> {
  let more = await forget(db, 'audit_events', 'seq', 'at', auditBefore);
  for (const [table, key, column, unit] of EXPIRING) {
    const before = unit === 'seconds' ? Math.floor(now / 1000) : now;
    more = (await forget(db, table, key, column, before)) || more;
  }
  return more;
}

async function forget(db: Db, table: string, key: string, column: string, before: number): Promise<boolean> {
  const [from, by, when] = [sql.table(table), sql.ref(key), sql.ref(column)];
  const old = sql`select ${by} from ${from} where ${when} < ${before} limit ${ROWS}`;
  const { numAffectedRows } = await sql`delete from ${from} where ${by} in (${old})`.execute(db);
  return (numAffectedRows ?? 0n) >= BigInt(ROWS);
}
