import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { After } from './after.ts';
import { requireDebian } from './debian.ts';
import { freePort } from './ports.ts';
import { eventually } from './processes.ts';

const VERSIONS = '/usr/lib/postgresql';
/** The server refuses to run as root; Debian's package brings this user. */
const SERVER_USER = 'postgres';

export interface Postgres {
  /** A URL of a database of that name, which is made when it is not there. */
  database(name: string): string;
  /** Keeps everybody from reading a table. @returns once it does; what lets them */
  lock(database: string, table: string): Promise<() => Promise<void>>;
  /** Ends the server without any chance to tidy up; its port and its data stay. */
  kill(): Promise<void>;
  /** Starts it again in the same place. */
  up(): Promise<void>;
}

/** Starts Debian's PostgreSQL on a free port, in a folder of its own; it ends with the test. */
export async function startPostgres(t: After): Promise<Postgres> {
  requireDebian(['postgresql']);
  const version =
    readdirSync(VERSIONS)
      .sort((one, other) => Number(one) - Number(other))
      .at(-1) ?? '';
  const tool = (name: string): string => join(VERSIONS, version, 'bin', name);
  const { uid, gid } = serverUser();
  // Not in the folder of the test's own user: the server's user has to get there.
  const folder = mkdtempSync('/tmp/portcullis-postgres-');
  chownSync(folder, uid, gid);
  const data = join(folder, 'data');
  const as = { uid, gid, cwd: folder, env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' } };
  execFileSync(tool('initdb'), ['-D', data, '-U', SERVER_USER, '-A', 'trust', '-E', 'UTF8'], {
    ...as,
    stdio: 'pipe',
  });
  const port = await freePort();
  const connection = ['-h', '127.0.0.1', '-p', `${port}`, '-U', SERVER_USER];
  const isReady = (): boolean => {
    try {
      execFileSync(tool('pg_isready'), connection, { ...as, stdio: 'pipe' });
      return true;
    } catch {
      return false;
    }
  };
  const start = (): ChildProcess =>
    spawn(tool('postgres'), ['-D', data, '-p', `${port}`, '-h', '127.0.0.1', '-k', folder], {
      ...as,
      stdio: 'ignore',
    });
  const up = async (): Promise<ChildProcess> => {
    let started = start();
    await eventually(() => {
      // While children of one that was killed are still about, the next one refuses to start.
      if (started.exitCode !== null) started = start();
      return isReady();
    }, 'a PostgreSQL server');
    return started;
  };
  let server = await up();
  const ended = (signal: NodeJS.Signals): Promise<void> =>
    new Promise((done) => {
      if (server.exitCode !== null || server.signalCode !== null) return done();
      server.once('exit', () => done());
      server.kill(signal);
    });
  t.after(async () => {
    await ended('SIGQUIT');
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    database(name) {
      const psql = [...connection, '-d', 'postgres', '-qtAc'];
      const exists = execFileSync(
        tool('psql'),
        [...psql, `select 1 from pg_database where datname = '${name}'`],
        as,
      );
      if (exists.toString().trim() === '')
        execFileSync(tool('psql'), [...psql, `create database "${name}"`], as);
      return `postgres://${SERVER_USER}@127.0.0.1:${port}/${name}`;
    },
    async lock(name, table) {
      const holder = spawn(tool('psql'), [...connection, '-d', name, '-qtA'], as);
      const ended = once(holder, 'exit');
      holder.stdin.write(`begin; lock table "${table}" in access exclusive mode; select 'locked';\n`);
      await once(holder.stdout, 'data');
      return async () => {
        holder.stdin.end();
        await ended;
      };
    },
    kill: () => ended('SIGKILL'),
    async up() {
      server = await up();
    },
  };
}

function serverUser(): { uid: number; gid: number } {
  const { uid, gid } = userInfo();
  if (uid !== 0) return { uid, gid };
  const id = (flag: string): number => Number(execFileSync('id', [flag, SERVER_USER]).toString());
  return { uid: id('-u'), gid: id('-g') };
}
