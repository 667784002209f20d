import { realpathSync, watch as watchFile } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** How often is looked for what was announced while something is written: a question that reads one number. Milliseconds. */
const LOOK_EVERY = 5;
/** How long after a write that is so: what was written may be seen only once the disk has it. Milliseconds. */
const QUICK_FOR = 1_000;
/** How often is looked while nothing is written, should the system not have told of a write. Milliseconds. */
const LOOK_ANYWAY_EVERY = 100;
/** So many announcements in a row that it did not tell of, and it is not relied upon. */
const MOST_UNTOLD = 2;
/** Whoever could not read what was announced is called again. Milliseconds. */
const CALL_ANYWAY_EVERY = 1_000;

/**
 * Calls back at each write to a file, for as long as the system can tell.
 *
 * @param onEnd it cannot, from now on
 * @returns ends that
 */
export type WatchWrites = (path: string, onWrite: () => void, onEnd: () => void) => () => void;

/**
 * Looks for what is announced in a database: in a number that SQLite keeps in the head of the file for whatever use. Looking
 * 200 times a second costs a fortieth of a core, so it is done only while somebody writes to the log of the database (its
 * `-wal` file). Where the system does not tell of writes, as on some file systems that machines share, it is always done.
 */
export class SqliteWatch {
  readonly #database: DatabaseSync;
  readonly #version: StatementSync;
  readonly #onChange: () => void;
  readonly #unwatch: () => void;
  #seen: unknown;
  #calledAt = performance.now();
  #writtenAt = performance.now();
  /** Whether the system has told of a write since the last announcement. */
  #told = true;
  #untold = 0;
  #isToldOfWrites = true;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param database a connection of its own, which ends with it */
  constructor(
    file: string,
    database: DatabaseSync,
    onChange: () => void,
    watchWrites: WatchWrites = watchBySystem,
  ) {
    this.#database = database;
    this.#version = database.prepare('PRAGMA user_version');
    this.#onChange = onChange;
    this.#seen = this.#read(); // opens the log, too, which stays for as long as this connection does
    this.#unwatch = watchWrites(
      `${realpathSync(file)}-wal`,
      () => this.#onWrite(),
      () => {
        this.#isToldOfWrites = false;
      },
    );
    this.#lookSoon();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#unwatch();
    this.#database.close();
  }

  get #isQuick(): boolean {
    return !this.#isToldOfWrites || performance.now() - this.#writtenAt < QUICK_FOR;
  }

  #read(): unknown {
    return this.#version.get()?.['user_version'];
  }

  #onWrite(): void {
    const wasQuick = this.#isQuick;
    this.#writtenAt = performance.now();
    this.#told = true;
    this.#untold = 0;
    if (!wasQuick) this.#lookSoon();
  }

  #lookSoon(): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timer = setTimeout(() => this.#look(), this.#isQuick ? LOOK_EVERY : LOOK_ANYWAY_EVERY);
  }

  #look(): void {
    if (this.#hasChanged() || performance.now() - this.#calledAt >= CALL_ANYWAY_EVERY) {
      this.#calledAt = performance.now();
      this.#onChange();
    }
    this.#lookSoon();
  }

  #hasChanged(): boolean {
    try {
      const now = this.#read();
      if (now === this.#seen) return false;
      this.#seen = now;
    } catch {
      return true; // whoever reads because of `onChange` is told why it fails
    }
    if (!this.#told) this.#untold += 1;
    if (this.#untold === MOST_UNTOLD) this.#isToldOfWrites = false;
    this.#told = false;
    return true;
  }
}

function watchBySystem(path: string, onWrite: () => void, onEnd: () => void): () => void {
  try {
    const watcher = watchFile(path, { persistent: false }, (event) => {
      if (event === 'change') onWrite();
      else onEnd();
    });
    watcher.on('error', onEnd);
    return () => watcher.close();
  } catch {
    onEnd(); // too many files are watched, or the system cannot
    return () => {};
  }
}
