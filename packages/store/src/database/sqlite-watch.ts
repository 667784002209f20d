import { realpathSync, watch as watchFile } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** How often is looked for what was announced while something is written: a question that reads one number. Milliseconds. */
const LOOK_EVERY = 5;
/** How long after a write that is so: what was written may be seen only once the disk has it. Milliseconds. */
const OFTEN_FOR = 1_000;
/** How often is looked while nothing is written, should the system not have told of a write. Milliseconds. */
const LOOK_ANYWAY_EVERY = 100;
/** So many announcements in a row that it did not tell of, and it is not relied upon. */
const MOST_UNTOLD = 2;
/** Whoever could not read what was announced is called again. Milliseconds. */
const CALL_ANYWAY_EVERY = 1_000;

/**
 * Calls back at the next write to the log of a database.
 *
 * @param onFailure the system cannot tell
 * @returns ends that
 */
export type WatchWrites = (file: string, onWrite: () => void, onFailure: () => void) => () => void;

/**
 * Looks for what is announced in a database: in a number that SQLite keeps in the head of the file for whatever use. Looking
 * 200 times a second costs a fortieth of a core, so it is done only while somebody writes to the log of the database (its
 * `-wal` file). Where the system does not tell of writes, as on some file systems that machines share, it is always done.
 */
export class SqliteWatch {
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #version: StatementSync;
  readonly #onChange: () => void;
  readonly #watchWrites: WatchWrites;
  #seen: unknown;
  #calledAt = performance.now();
  #oftenUntil = performance.now() + OFTEN_FOR;
  /** Ends to be told of writes; undefined while it is looked often, when telling would only cost. */
  #unwatch: (() => void) | undefined;
  #untold = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param database a connection of its own, which ends with it */
  constructor(
    file: string,
    database: DatabaseSync,
    onChange: () => void,
    watchWrites: WatchWrites = watchBySystem,
  ) {
    this.#file = file;
    this.#database = database;
    this.#version = database.prepare('PRAGMA user_version');
    this.#onChange = onChange;
    this.#watchWrites = watchWrites;
    this.#seen = this.#read();
    this.#lookSoon();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#unwatch?.();
    this.#database.close();
  }

  #read(): unknown {
    return this.#version.get()?.['user_version'];
  }

  #lookSoon(): void {
    clearTimeout(this.#timer);
    const wait = this.#unwatch === undefined ? LOOK_EVERY : LOOK_ANYWAY_EVERY;
    this.#timer = setTimeout(() => this.#look(), wait);
  }

  #look(): void {
    const isOften = this.#unwatch === undefined;
    if (isOften && this.#untold < MOST_UNTOLD && performance.now() >= this.#oftenUntil) this.#awaitWrite();
    const changed = this.#hasChanged();
    if (changed && !isOften) this.#untold += 1;
    if (this.#untold >= MOST_UNTOLD) this.#lookOften();
    else this.#lookSoon();
    if (!changed && performance.now() - this.#calledAt < CALL_ANYWAY_EVERY) return;
    this.#calledAt = performance.now();
    this.#onChange();
  }

  #hasChanged(): boolean {
    try {
      const now = this.#read();
      const changed = now !== this.#seen;
      this.#seen = now;
      return changed;
    } catch {
      return true; // whoever reads because of `onChange` is told why it fails
    }
  }

  #awaitWrite(): void {
    const onWrite = (): void => {
      this.#untold = 0;
      this.#lookOften();
    };
    const unwatch = this.#watchWrites(this.#file, onWrite, () => {
      this.#untold = MOST_UNTOLD;
    });
    if (this.#untold < MOST_UNTOLD) this.#unwatch = unwatch;
    else unwatch();
  }

  #lookOften(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#oftenUntil = performance.now() + OFTEN_FOR;
    this.#lookSoon();
  }
}

function watchBySystem(file: string, onWrite: () => void, onFailure: () => void): () => void {
  try {
    const watcher = watchFile(`${realpathSync(file)}-wal`, { persistent: false }, onWrite);
    watcher.on('error', onFailure);
    return () => watcher.close();
  } catch {
    onFailure(); // the log is not there, too many files are watched, or the system cannot
    return () => {};
  }
}
