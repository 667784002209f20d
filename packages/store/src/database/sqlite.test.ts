import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, it } from 'node:test';
import { sql } from 'kysely';
import { StoreError } from '../errors.ts';
import { openStore } from '../store.ts';
import { storeContract } from '../testing/contract.ts';
import { openSqlite } from './sqlite.ts';

const folder = mkdtempSync(join(tmpdir(), 'portcullis-store-'));
after(() => rmSync(folder, { recursive: true }));

describe('a store on SQLite', () => {
  storeContract(() => `sqlite:${join(folder, 'data', 'contract.db')}`);

  it('refuses a database of a newer version, and leaves it as it is', async () => {
    const file = join(folder, 'newer.db');
    await (await openStore(`sqlite:${file}`)).close();
    const database = new DatabaseSync(file);
    database.exec('update schema_version set version = 999');
    database.close();
    await assert.rejects(
      openStore(`sqlite:${file}`),
      (error) => error instanceof StoreError && error.code === 'too_new',
    );
  });

  it('reads on under the right names when another process has changed a table', async () => {
    const file = join(folder, 'changed.db');
    const { db, close } = openSqlite(file);
    const other = new DatabaseSync(file);
    other.exec("create table people (id, admin, disabled); insert into people values ('jo', 0, 1)");
    const read = async () => (await sql`select * from people`.execute(db)).rows;
    assert.deepEqual(await read(), [{ id: 'jo', admin: 0, disabled: 1 }]);
    other.exec('alter table people add column name');
    assert.deepEqual(await read(), [{ id: 'jo', admin: 0, disabled: 1, name: null }]);
    other.exec('alter table people drop column admin; alter table people drop column name');
    assert.deepEqual(await read(), [{ id: 'jo', disabled: 1 }]);
    other.close();
    await close();
  });

  it('holds its lock on the database, whoever of the process opens it too', {
    skip: process.platform !== 'linux' && 'reads /proc/locks',
  }, async () => {
    const file = join(folder, 'locked.db');
    const database = openSqlite(file);
    const inode = statSync(file).ino;
    const isLocked = (): boolean =>
      readFileSync('/proc/locks', 'utf8')
        .split('\n')
        .some((line) => line.includes(` ${process.pid} `) && line.includes(`:${inode} `));
    await sql`select * from sqlite_master`.execute(database.db);
    assert.ok(isLocked());
    const unwatch = database.watch(() => {});
    assert.ok(isLocked());
    unwatch();
    await database.close();
  });

  it('says what it could not open', async () => {
    await assert.rejects(
      openStore(`sqlite:${folder}`),
      (error) =>
        error instanceof StoreError && error.code === 'unavailable' && error.message.includes(folder),
    );
  });

  it('never repeats a URL that may hold a password', async () => {
    await assert.rejects(
      openStore('mysql://user:hunter2@db/x'),
      (error) =>
        error instanceof StoreError &&
        error.code === 'store_url_invalid' &&
        !error.message.includes('hunter2'),
    );
  });

  it('writes a copy while others write, and the copy opens as a store', async () => {
    const store = await openStore(`sqlite:${join(folder, 'live.db')}`);
    const revoke = (value: string) =>
      store.revocations.add([{ issuer: 'i', by: 'jti', value, until: 9_000_000_000 }], Date.now());
    await revoke('before');
    await Promise.all([store.backup?.(join(folder, 'copy.db')), revoke('during')]);
    await store.close();
    const copy = await openStore(`sqlite:${join(folder, 'copy.db')}`);
    assert.equal((await copy.revocations.about('i', ['before'])).length, 1);
    await copy.close();
  });
});
