import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { loadConfiguration } from '../configuration/load.ts';
import { DEMO_FILE } from '../configuration/locate.ts';
import { systemCode } from '../errors.ts';
import { writeTrouble } from '../failures.ts';
import { demoConfiguration } from '../templates/demo-configuration.ts';
import type { Session } from '../terminal/terminal.ts';
import { prepareIssuer } from './prepare-issuer.ts';

/** Sets up the demo in this folder. What is there already is left as it is. Returns its configuration file. */
export async function prepareDemo(session: Session): Promise<string> {
  const { terminal } = session;
  const file = resolve(terminal.cwd, DEMO_FILE);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, demoConfiguration(), { flag: 'wx' });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST' || !existsSync(file)) throw writeTrouble(file, error);
  }
  const configuration = await loadConfiguration(file, terminal.env);
  await prepareIssuer(session, configuration);
  return file;
}
