import type { Db } from './database/database.ts';

/** So few that nobody who writes meanwhile waits long. */
const ROWS = 500;

/**
 * @param auditBefore audit events that are older go; milliseconds since the epoch, as `now`
 * @returns whether there may be more
 */
export async function sweep(db: Db, now: number, auditBefore: number): Promise<boolean> {
  const revocations = await db
    .deleteFrom('revocations')
    .where('seq', 'in', (from) =>
      from
        .selectFrom('revocations')
        .select('seq')
        .where('until', '<', Math.floor(now / 1000))
        .limit(ROWS),
    )
    .executeTakeFirst();
  const assertions = await db
    .deleteFrom('used_assertions')
    .where('id', 'in', (from) =>
      from.selectFrom('used_assertions').select('id').where('until', '<', now).limit(ROWS),
    )
    .executeTakeFirst();
  const secrets = await db
    .deleteFrom('client_secrets')
    .where('id', 'in', (from) =>
      from.selectFrom('client_secrets').select('id').where('expires_at', '<', now).limit(ROWS),
    )
    .executeTakeFirst();
  const events = await db
    .deleteFrom('audit_events')
    .where('seq', 'in', (from) =>
      from.selectFrom('audit_events').select('seq').where('at', '<', auditBefore).limit(ROWS),
    )
    .executeTakeFirst();
  const artifacts = await db
    .deleteFrom('artifacts')
    .where('hash', 'in', (from) =>
      from.selectFrom('artifacts').select('hash').where('expires_at', '<', now).limit(ROWS),
    )
    .executeTakeFirst();
  const sessions = await db
    .deleteFrom('sessions')
    .where('hash', 'in', (from) =>
      from.selectFrom('sessions').select('hash').where('expires_at', '<', now).limit(ROWS),
    )
    .executeTakeFirst();
  const links = await db
    .deleteFrom('one_time_links')
    .where('hash', 'in', (from) =>
      from.selectFrom('one_time_links').select('hash').where('expires_at', '<', now).limit(ROWS),
    )
    .executeTakeFirst();
  const most = BigInt(ROWS);
  return [revocations, assertions, secrets, events, artifacts, sessions, links].some(
    ({ numDeletedRows }) => numDeletedRows >= most,
  );
}
