import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CliError, systemCode } from '../errors.ts';
import { STARTER_CONFIGURATION } from '../templates/starter-configuration.ts';
import type { Session } from '../terminal/terminal.ts';

export interface InitOptions {
  readonly force?: boolean;
}

export async function init(session: Session, place: string, { force = false }: InitOptions): Promise<void> {
  const named = /\.ya?ml$/i.test(place);
  const file = resolve(session.terminal.cwd, named ? place : join(place, 'portcullis.yaml'));
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(file, STARTER_CONFIGURATION, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    throw new CliError('refused', `${file} is there already; --force overwrites it, or name another file`);
  }
  session.print(file);
  session.note(
    'portcullis: next: describe your APIs in it, then "npx portcullis keys generate" and "npx portcullis start"',
  );
}
