import type { Kysely, Transaction } from 'kysely';
import type { Tables } from './tables.ts';

export type Db = Kysely<Tables>;
export type Tx = Transaction<Tables>;

/** What the two databases do differently, and all that the rest of the store knows of which one it is. */
export interface Database {
  readonly db: Db;
  /** How the database writes a column that numbers its rows. */
  readonly serial: string;
  /** Holds everybody else off what `name` stands for until the transaction ends. */
  lock(tx: Tx, name: string): Promise<void>;
  /** Tells those who watch, in this process and others, once the transaction has committed. */
  announce(tx: Tx): Promise<void>;
  /**
   * Calls back soon after anything was announced; also now and then without a reason.
   *
   * @returns ends the watching
   */
  watch(onChange: () => void): () => void;
  /** Writes a copy that holds everything committed so far, while others go on. Only for a database in a file. */
  backup?(file: string): Promise<void>;
  close(): Promise<void>;
}
