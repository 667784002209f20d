import { dirname, resolve } from 'node:path';
import type { Configuration } from '@portcullis/guard';
import { loadConfiguration } from '../configuration/load.ts';
import type { ConfigOption } from '../configuration/locate.ts';
import { chooseConfigurationFile } from '../configuration/locate.ts';
import { CliError } from '../errors.ts';
import type { Session } from '../terminal/terminal.ts';
import { isReadableByOthers, type Ring, readRing } from './ring.ts';

export interface RingOptions extends ConfigOption {
  readonly ring?: string;
}

/** Without a store there are no other keys. */
const DEFAULT_RING = './data/development-keys.json';

/** The file of the development key ring that a configuration names; undefined when it has none. */
export function ringFileOf(configuration: Configuration): string | undefined {
  const { issuer, store } = configuration.config;
  if (issuer === undefined) return undefined;
  const file = issuer.developmentKeys ?? (store === undefined ? DEFAULT_RING : undefined);
  return file && resolve(dirname(configuration.file), file);
}

/**
 * The ring a command is about: the one named, else the configuration's.
 * @throws CliError when neither is there
 */
export async function ringFile(session: Session, options: RingOptions): Promise<string> {
  const { terminal } = session;
  if (options.ring !== undefined) return resolve(terminal.cwd, options.ring);
  const configuration = await loadConfiguration(chooseConfigurationFile(session, options), terminal.env);
  const file = ringFileOf(configuration);
  if (file !== undefined) return file;
  throw new CliError(
    'configuration',
    `${configuration.file} has no development key ring (issuer.developmentKeys); name a ring with --ring`,
  );
}

/** Reads that ring, and warns when others can read it too. */
export async function openRing(session: Session, options: RingOptions): Promise<Ring> {
  const file = await ringFile(session, options);
  const ring = await readRing(file);
  if (await isReadableByOthers(file)) {
    session.note(
      `portcullis: warning: ${file} holds private keys and others can read it; run: chmod 600 ${file}`,
    );
  }
  return ring;
}
