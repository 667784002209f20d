import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { CliError } from '../errors.ts';
import type { Session, Terminal } from '../terminal/terminal.ts';

export interface ConfigOption {
  readonly config?: string;
}

export const DEMO_FILE = 'data/demo/portcullis.yaml';

/** The places looked at when no file is named, the best first. */
const DEFAULT_FILES = ['portcullis.yaml', DEMO_FILE] as const;

/**
 * The configuration file this run is about: the one named, else `$PORTCULLIS_CONFIG`, else `./portcullis.yaml`, else
 * the demo's, when the demo was started in this folder. Undefined when there is none.
 */
export function locateConfiguration(named: string | undefined, terminal: Terminal): string | undefined {
  const chosen = named ?? (terminal.env['PORTCULLIS_CONFIG'] || undefined);
  if (chosen !== undefined) return resolve(terminal.cwd, chosen);
  return DEFAULT_FILES.map((file) => resolve(terminal.cwd, file)).find((file) => existsSync(file));
}

/**
 * The same, for commands that cannot do without.
 * @throws CliError naming the places looked at and what to do
 */
export function requireConfigurationFile(named: string | undefined, terminal: Terminal): string {
  const file = locateConfiguration(named, terminal);
  if (file !== undefined) return file;
  throw new CliError(
    'configuration',
    `no configuration: neither --config nor PORTCULLIS_CONFIG is set, and neither ${DEFAULT_FILES.join(' nor ')} ` +
      `exists in ${terminal.cwd}; write one with "npx portcullis init", or start the demo with "npx portcullis start --demo"`,
  );
}

/**
 * The same; where nobody named the file, the session remembers it, so that a failure can say which one was meant.
 * @throws CliError as requireConfigurationFile
 */
export function chooseConfigurationFile(session: Session, { config }: ConfigOption): string {
  const file = requireConfigurationFile(config, session.terminal);
  if (config === undefined) session.configuration = provenance(file, session.terminal);
  return file;
}

function provenance(file: string, { cwd, env }: Terminal): string {
  if (env['PORTCULLIS_CONFIG']) return `${env['PORTCULLIS_CONFIG']}, from PORTCULLIS_CONFIG`;
  const found = `./${relative(cwd, file)}, found in this folder`;
  if (file === resolve(cwd, DEMO_FILE) || !existsSync(resolve(cwd, DEMO_FILE))) return found;
  return `${found}; for the demo's, add -c ${DEMO_FILE}`;
}
