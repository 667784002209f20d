import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConfigOption } from '../configuration/locate.ts';
import { CliError, messageOf } from '../errors.ts';
import type { Session } from '../terminal/terminal.ts';
import { withStore } from './open.ts';

/** Copies an embedded database while the system runs. */
export async function backup(session: Session, name: string, options: ConfigOption): Promise<void> {
  const file = resolve(session.terminal.cwd, name);
  if (existsSync(file)) throw new CliError('refused', `${file} is there already; choose another name`);
  await withStore(session, options, async ({ store }) => {
    if (store.backup === undefined) {
      throw new CliError('refused', 'the store is a PostgreSQL database: back it up with pg_dump');
    }
    await store.backup(file).catch((error: unknown) => {
      throw new CliError('unavailable', `${file} cannot be written: ${messageOf(error)}`, { cause: error });
    });
    session.note(
      `portcullis: wrote ${file}. To restore it, stop Portcullis and put it where the store is. The master key is not in it`,
    );
  });
}
