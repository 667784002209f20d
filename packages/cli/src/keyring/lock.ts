import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CliError, systemCode } from '../errors.ts';
import { writeTrouble } from '../failures.ts';

/** How long another command may hold the lock before this one gives up, and how often it looks. Milliseconds. */
const PATIENCE = 5000;
const PAUSE = 25;

/**
 * Does something with a key ring that no other command changes meanwhile. A file beside the ring is the lock; one that
 * a dead process of this machine left behind is taken over.
 * @throws CliError when another command holds on to it, or the folder cannot be written
 */
export async function withLock<T>(ring: string, work: () => Promise<T>): Promise<T> {
  const lock = `${ring}.lock`;
  await acquire(ring, lock).catch((error: unknown) => {
    throw writeTrouble(ring, error);
  });
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function acquire(ring: string, lock: string): Promise<void> {
  await mkdir(dirname(ring), { recursive: true });
  const deadline = performance.now() + PATIENCE;
  while (!(await create(lock, `${process.pid} ${hostname()} ${randomUUID()}`))) {
    const holder = await readLock(lock);
    if (holder !== undefined && isLeftBehind(holder)) await remove(lock, holder);
    else if (performance.now() < deadline) await pause(PAUSE);
    else {
      throw new CliError(
        'unavailable',
        `the key ring ${ring} is being changed by another command; try again (if none runs, remove ${lock})`,
      );
    }
  }
}

/** False when the file is there already. */
async function create(file: string, content: string): Promise<boolean> {
  try {
    await writeFile(file, content, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Undefined when it is gone. */
async function readLock(lock: string): Promise<string | undefined> {
  return readFile(lock, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
}

/** Of another machine on a shared folder nothing can be told. */
function isLeftBehind(holder: string): boolean {
  const [pid = '', host] = holder.split(' ');
  if (host !== hostname() || !/^[1-9]\d{0,9}$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return systemCode(error) === 'ESRCH';
  }
}

/**
 * Removes the lock of a holder that is gone. Only one command at a time may do so, and it looks again first: else the
 * slower of two would remove the lock that the faster has just made.
 */
async function remove(lock: string, holder: string): Promise<void> {
  const claim = `${lock}.stale`;
  if (!(await create(claim, ''))) return pause(PAUSE);
  try {
    if ((await readLock(lock)) === holder) await rm(lock, { force: true });
  } finally {
    await rm(claim, { force: true });
  }
}
