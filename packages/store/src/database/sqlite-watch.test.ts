import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore } from '../store.ts';
import { SqliteWatch, type WatchWrites } from './sqlite-watch.ts';

/** Longer than is looked often after a write. Milliseconds. */
const LONG = 1_300;

const folder = mkdtempSync(join(tmpdir(), 'portcullis-watch-'));
const opened: { close(): void }[] = [];
after(() => {
  for (const one of opened) one.close();
  rmSync(folder, { recursive: true });
});

let files = 0;

/** A database, another connection that announces in it, and how often whoever watches it has asked. */
async function setUp(): Promise<{
  watch: (onChange: () => void, watchWrites?: WatchWrites) => void;
  announce: () => void;
  execute: (sql: string) => void;
  asked: () => number;
}> {
  files += 1;
  const file = join(folder, `${files}.db`);
  await (await openStore(`sqlite:${file}`)).close();
  const writer = new DatabaseSync(file);
  let number = 0;
  let asked = 0;
  const watching = new DatabaseSync(file);
  const prepare = watching.prepare.bind(watching);
  watching.prepare = (sql) => {
    const statement = prepare(sql);
    const get = statement.get.bind(statement);
    statement.get = () => {
      asked += 1;
      return get();
    };
    return statement;
  };
  opened.push(writer);
  const watch = (onChange: () => void, watchWrites?: WatchWrites): void => {
    opened.push(new SqliteWatch(file, watching, onChange, watchWrites));
  };
  const announce = (): void => {
    number += 1;
    writer.exec(`PRAGMA user_version = ${number}`);
  };
  return { watch, announce, execute: (sql) => writer.exec(sql), asked: () => asked };
}

/** Waits for the next call of `onChange` that an announcement brings. */
function calls(): { onChange: () => void; next: () => Promise<void> } {
  let done = (): void => {};
  return {
    onChange: () => done(),
    next: () =>
      new Promise((resolve) => {
        done = resolve;
      }),
  };
}

/**
 * Announces so often, and waits each time until that was told.
 *
 * @returns whether it was, and not only called once a second as it is anyway
 */
async function isTold(times: number, announce: () => void, next: () => Promise<void>): Promise<boolean> {
  const from = performance.now();
  for (let n = 0; n < times; n += 1) {
    const told = next();
    announce();
    await told;
  }
  return performance.now() - from < (times - 1) * 1_000;
}

describe('what is announced in a database of SQLite', () => {
  it('is told', async () => {
    const { watch, announce } = await setUp();
    const { onChange, next } = calls();
    watch(onChange);
    assert.ok(await isTold(10, announce, next));
    await sleep(LONG);
    assert.ok(await isTold(10, announce, next), 'after nothing was written for long');
  });

  it('is seldom looked for while nothing is written, and often once something is', async () => {
    const { watch, announce, asked } = await setUp();
    const other = await setUp();
    watch(() => {});
    other.watch(() => {}, cannotTell);
    const looks = async (): Promise<readonly [number, number]> => {
      const before = [asked(), other.asked()] as const;
      await sleep(500);
      return [asked() - before[0], other.asked() - before[1]];
    };
    await sleep(LONG);
    const [unwritten] = await looks();
    assert.ok(unwritten <= 10, `looked ${unwritten} times in half a second, and nothing was written`);
    announce();
    const [written, often] = await looks();
    assert.ok(written >= often / 2, `looked ${written} times after a write, and ${often} where none is told`);
  });

  it('costs one call of the system for many writes', async () => {
    const { watch, announce } = await setUp();
    let watched = 0;
    let ended = 0;
    let write = (): void => {};
    watch(
      () => {},
      (_file, onWrite) => {
        watched += 1;
        write = onWrite;
        return () => {
          ended += 1;
        };
      },
    );
    while (watched === 0) await sleep(10);
    for (let n = 0; n < 100; n += 1) announce();
    assert.equal(ended, 0);
    write();
    assert.deepEqual([watched, ended], [1, 1]); // it is not told of more, until it has looked for long enough
    while (watched === 1) await sleep(10);
    assert.equal(ended, 1);
  });

  it('is told where the system never tells of writes, and then looked for often', async () => {
    const { watch, announce, asked } = await setUp();
    const other = await setUp();
    const { onChange, next } = calls();
    watch(onChange, () => () => {});
    await sleep(LONG);
    assert.ok(await isTold(4, announce, next));
    other.watch(() => {}, cannotTell);
    const before = asked();
    await sleep(LONG);
    assert.ok(asked() - before >= other.asked() / 2, `${asked() - before} times, and ${other.asked()}`);
  });

  it('is told where writes cannot be watched', async () => {
    const { watch, announce } = await setUp();
    const { onChange, next } = calls();
    watch(onChange, cannotTell);
    await sleep(LONG);
    assert.ok(await isTold(10, announce, next));
  });

  it('is told after the log was begun anew', async () => {
    const { watch, announce, execute } = await setUp();
    const { onChange, next } = calls();
    watch(onChange);
    for (let n = 0; n < 2; n += 1) {
      await sleep(LONG);
      execute('PRAGMA wal_checkpoint(TRUNCATE)');
      await sleep(LONG);
      assert.ok(await isTold(4, announce, next));
    }
  });
});

function cannotTell(_file: string, _onWrite: () => void, onFailure: () => void): () => void {
  onFailure();
  return () => {};
}
