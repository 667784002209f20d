import { accessSync, closeSync, constants, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type SqliteStatement,
  sql,
} from 'kysely';
import { StoreError } from '../errors.ts';
import type { Database } from './database.ts';
import { SqliteWatch } from './sqlite-watch.ts';
import type { Tables } from './tables.ts';

/** How long opening waits for others who open at once. Milliseconds. */
const OPEN_TIMEOUT = 5_000;
/** How long a write waits for another process to finish its own: first without leaving the thread, then now and then. Milliseconds. */
const BUSY_TIMEOUT = 5;
const PATIENCE = 10_000;
const AGAIN_AFTER = 2;
const SQLITE_BUSY = 5;
/** The lower byte of a result code says what it is a kind of. */
const PRIMARY_CODE = 0xff;
/** The number has 32 bits and a sign. */
const MAX_ANNOUNCED = 2 ** 31;
const MAX_STATEMENTS = 200;

/** Opens the database in a file, which is made when it is not there. */
export function openSqlite(file: string): Database {
  const database = open(file);
  // Nothing that was acknowledged is lost when the power is.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
  database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
  const statements = new Statements(database);
  const dialect: Dialect = {
    createDriver: () => new SerialDriver({ database: statements }),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
  return {
    db: new Kysely<Tables>({ dialect }),
    serial: 'integer primary key autoincrement',
    // There is one writer at a time anyway.
    lock: async () => {},
    announce: async (tx) => {
      const { rows } = await sql<{ user_version: number }>`PRAGMA user_version`.execute(tx);
      const next = ((rows[0]?.user_version ?? 0) + 1) % MAX_ANNOUNCED;
      await sql.raw(`PRAGMA user_version = ${next}`).execute(tx);
    },
    watch: (onChange) => {
      const watch = new SqliteWatch(file, open(file), onChange);
      return () => watch.close();
    },
    async backup(copy) {
      closeSync(openSync(copy, 'wx', 0o600)); // never readable by others, not even while it is written
      database.prepare('VACUUM INTO ?').run(copy);
    },
    close: async () => database.close(),
  };
}

function open(file: string): DatabaseSync {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    create(file);
    return new DatabaseSync(file, { timeout: OPEN_TIMEOUT });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StoreError('unavailable', `${file}: ${why}`, { cause: error });
  }
}

/**
 * Readable by its owner only, and what SQLite puts beside it, too. One that is there is not opened: to close it would take from
 * this process all locks that SQLite holds on it.
 */
function create(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    accessSync(file, constants.W_OK); // SQLite would open it for reading only
  }
}

/** One connection, held by one user at a time: else what runs beside a transaction would become a part of it. */
class SerialDriver extends SqliteDriver {
  readonly #waiting = new Set<() => void>();
  #held = false;

  override async acquireConnection(): Promise<DatabaseConnection> {
    if (this.#held) await this.#turn();
    this.#held = true;
    return patient(await super.acquireConnection());
  }

  override async releaseConnection(): Promise<void> {
    const [next] = this.#waiting;
    if (next === undefined) this.#held = false;
    else next();
  }

  /** Those who wait have one deadline, however many are before them. @throws {StoreError} `unavailable` */
  #turn(): Promise<void> {
    return new Promise((done, fail) => {
      const leave = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(take);
      };
      const take = (): void => {
        leave();
        done();
      };
      const timer = setTimeout(() => {
        leave();
        fail(new StoreError('unavailable', 'others hold it for too long'));
      }, PATIENCE);
      this.#waiting.add(take);
    });
  }

  /** Takes the right to write at once, and waits for it: one that reads first and then writes could be turned away. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

/** Waits for its turn where another process is writing, and lets this one go on meanwhile. */
function patient(connection: DatabaseConnection): DatabaseConnection {
  return {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      for (const deadline = performance.now() + PATIENCE; ; await pause(AGAIN_AFTER)) {
        try {
          return await connection.executeQuery<R>(query);
        } catch (error) {
          if (!isBusy(error)) throw error;
          if (performance.now() > deadline)
            throw new StoreError('unavailable', 'another process keeps writing');
        }
      }
    },
    streamQuery: (query, size) => connection.streamQuery(query, size),
  };
}

function isBusy(error: unknown): boolean {
  return (
    error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    (error.errcode & PRIMARY_CODE) === SQLITE_BUSY
  );
}

/** Node's SQLite as Kysely expects it; a statement is prepared once. */
class Statements implements SqliteDatabase {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, SqliteStatement>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  prepare(sql: string): SqliteStatement {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    if (this.#prepared.size === MAX_STATEMENTS) this.#prepared.clear();
    const statement = adapted(this.#database.prepare(sql));
    this.#prepared.set(sql, statement);
    return statement;
  }

  close(): void {
    this.#database.close();
  }
}

function adapted(statement: StatementSync): SqliteStatement {
  let names = columnsOf(statement);
  // The objects that Node makes of rows have no shape: to make them and to read them takes twice as long.
  statement.setReturnArrays(true);
  // Our own queries bind texts, numbers and nulls only.
  const bound = (parameters: readonly unknown[]) => parameters as readonly SQLInputValue[];
  const rowOf = (read: unknown): Record<string, unknown> => {
    const values = read as readonly SQLOutputValue[]; // Node's types know of objects only
    if (values.length !== names.length) names = columnsOf(statement); // a newer version has migrated meanwhile
    const row: Record<string, unknown> = {};
    for (let at = 0; at < names.length; at += 1) row[names[at] ?? ''] = values[at];
    return row;
  };
  return {
    reader: names.length > 0,
    all: (parameters) => statement.all(...bound(parameters)).map(rowOf),
    run: (parameters) => statement.run(...bound(parameters)),
    *iterate(parameters) {
      for (const values of statement.iterate(...bound(parameters))) yield rowOf(values);
    },
  };
}

function columnsOf(statement: StatementSync): string[] {
  return statement.columns().map(({ name }) => name);
}
