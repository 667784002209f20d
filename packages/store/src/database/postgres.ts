import { setTimeout as pause } from 'node:timers/promises';
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, sql } from 'kysely';
import pg from 'pg';
import type { Database } from './database.ts';
import type { Tables } from './tables.ts';

const CONNECTIONS = 10;
/** The longest a connection may take to open, a query to run, and a transaction to wait for its next query. Milliseconds. */
const CONNECT_TIMEOUT = 5_000;
const QUERY_TIMEOUT = 10_000;
const IDLE_IN_TRANSACTION = 10_000;
const CHANNEL = 'portcullis';
/** Beside what is announced: a connection may be lost without a word. Milliseconds. */
const LOOK_EVERY = 1_000;
const LISTEN_AGAIN_AFTER = 500;
/** Type number of bigint, which comes as text unless somebody says that it fits a number. */
const INT8 = 20;

/** Opens a database on a PostgreSQL server; connections are made when they are needed. */
export function openPostgres(url: string): Database {
  const settings: pg.PoolConfig = {
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    query_timeout: QUERY_TIMEOUT,
    statement_timeout: QUERY_TIMEOUT,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION,
    application_name: 'portcullis',
    keepAlive: true,
    types: { getTypeParser: (id, format) => (id === INT8 ? Number : pg.types.getTypeParser(id, format)) },
  };
  const pool = new pg.Pool({ ...settings, max: CONNECTIONS });
  // An idle connection that breaks is replaced when one is needed; whoever uses one hears of it by its query. Between two
  // queries nobody would hear of it, and an error that nobody hears ends the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return {
    db: new Kysely<Tables>({ dialect: new PostgresDialect({ pool: impatient(pool) }) }),
    serial: 'bigserial primary key',
    async lock(tx, name) {
      await sql`select pg_advisory_xact_lock(hashtextextended(${name}::text, 0))`.execute(tx);
    },
    async announce(tx) {
      await sql`select pg_notify(${CHANNEL}, '')`.execute(tx);
    },
    watch: (onChange) => watch(settings, onChange),
    async close() {
      await pool.end();
    },
  };
}

/**
 * A connection on which a query ran into its timeout is closed: the driver goes on waiting for the answer on it, which may
 * never come where a firewall dropped the connection without a word.
 */
function impatient(pool: pg.Pool): PostgresPool {
  return {
    async connect() {
      const client = await pool.connect();
      let late = false;
      const query = async (question: string, parameters: readonly unknown[]): Promise<unknown> => {
        try {
          return await client.query(question, [...parameters]);
        } catch (error) {
          late ||= error instanceof Error && error.message === 'Query read timeout';
          throw error;
        }
      };
      // Kysely asks in this one way only; cursors are not used.
      return { query: query as PostgresPoolClient['query'], release: () => client.release(late) };
    },
    options: pool.options,
    end: () => pool.end(),
  };
}

function watch(settings: pg.PoolConfig, onChange: () => void): () => void {
  let watching = true;
  let listener: pg.Client | undefined;
  const listen = async (): Promise<void> => {
    while (watching) {
      const client = new pg.Client(settings);
      listener = client;
      const { promise: lost, resolve: lose } = Promise.withResolvers<void>();
      client.on('error', () => lose()).on('end', () => lose());
      client.on('notification', onChange);
      try {
        await client.connect();
        await client.query(`listen ${CHANNEL}`);
        onChange(); // what came while nobody listened
        await lost;
      } catch {
        // Whoever reads because of `onChange` is told why it fails.
      }
      await client.end().catch(() => {});
      if (watching) await pause(LISTEN_AGAIN_AFTER);
    }
  };
  void listen();
  const timer = setInterval(onChange, LOOK_EVERY);
  return () => {
    watching = false;
    clearInterval(timer);
    void listener?.end().catch(() => {});
  };
}
