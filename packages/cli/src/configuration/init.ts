import { existsSync } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { CliError, systemCode } from '../errors.ts';
import { writeTrouble } from '../failures.ts';
import { STARTER_CONFIGURATION } from '../templates/starter-configuration.ts';
import { columns } from '../terminal/columns.ts';
import { printable } from '../terminal/printable.ts';
import type { Session, Terminal } from '../terminal/terminal.ts';
import { DEMO_FILE, locateConfiguration } from './locate.ts';

export interface InitOptions {
  readonly force?: boolean;
}

export async function init(session: Session, place: string, { force = false }: InitOptions): Promise<void> {
  const { terminal } = session;
  const file = await fileAt(resolve(terminal.cwd, place));
  try {
    await mkdir(dirname(file), { recursive: true });
  } catch (error) {
    throw writeTrouble(file, error);
  }
  try {
    await writeFile(file, STARTER_CONFIGURATION, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw writeTrouble(file, error);
    throw new CliError('refused', `${file} is there already; --force overwrites it, or name another file`);
  }
  session.print(file);
  session.note(...nextSteps(file, terminal));
}

/** @throws CliError for the name of a file that is no .yaml: it would become a folder */
async function fileAt(place: string): Promise<string> {
  const extension = extname(place);
  if (/^\.ya?ml$/i.test(extension)) return place;
  const isFolder = (await stat(place).catch(() => undefined))?.isDirectory() ?? false;
  if (extension === '' || isFolder) return join(place, 'portcullis.yaml');
  throw new CliError(
    'usage',
    `a configuration ends in .yaml or .yml, not in ${printable(extension)}; make the folder first, if it is to be one`,
  );
}

/** Commands to paste, in this order. */
function nextSteps(file: string, terminal: Terminal): string[] {
  const named =
    locateConfiguration(undefined, terminal) === file ? '' : ` -c ${relative(terminal.cwd, file)}`;
  const demo =
    file === resolve(terminal.cwd, 'portcullis.yaml') && existsSync(resolve(terminal.cwd, DEMO_FILE));
  return [
    'portcullis: next, describe your APIs in it, and then:',
    ...columns([
      [`  npx portcullis check${named}`, '# is it valid, and what would run?'],
      [`  npx portcullis master-key generate${named}`, '# what the keys in the store are sealed under'],
      [`  npx portcullis clients add me --owner me --allow example=read:example${named}`, '# an application'],
      [`  npx portcullis start${named}`, '# stop the demo first: it has the same ports'],
    ]),
    ...(demo
      ? [
          `portcullis: note: in this folder commands now mean ./portcullis.yaml; for the demo's, add -c ${DEMO_FILE}`,
        ]
      : []),
  ];
}
