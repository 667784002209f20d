import { sql } from 'kysely';
import { StoreError } from '../errors.ts';
import type { Database } from './database.ts';
import { MIGRATIONS } from './migrations.ts';

/**
 * Brings the tables to the newest version, all or nothing; of several processes that start at once, one does it.
 *
 * @throws {StoreError} `too_new`
 */
export async function migrate(database: Database): Promise<void> {
  await database.db.transaction().execute(async (tx) => {
    await database.lock(tx, 'migrations');
    await sql`create table if not exists schema_version (version integer not null)`.execute(tx);
    const { rows } = await sql<{ version: number }>`select version from schema_version`.execute(tx);
    const version = rows[0]?.version ?? 0;
    if (version > MIGRATIONS.length) {
      throw new StoreError('too_new', `version ${version}, and this one knows ${MIGRATIONS.length}`);
    }
    for (const migration of MIGRATIONS.slice(version)) await migration(tx, database);
    if (version === MIGRATIONS.length) return;
    await sql`delete from schema_version`.execute(tx);
    await sql`insert into schema_version (version) values (${MIGRATIONS.length})`.execute(tx);
  });
}
