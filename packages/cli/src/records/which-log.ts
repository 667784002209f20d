import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConfigError, parseConfig } from '@portcullis/guard';
import { givenEnvironment } from '../configuration/given-environment.ts';
import { readConfiguration } from '../configuration/load.ts';
import { type ConfigOption, chooseConfigurationFile } from '../configuration/locate.ts';
import { CliError } from '../errors.ts';
import { printable } from '../terminal/printable.ts';
import type { Session } from '../terminal/terminal.ts';

export interface LogOptions extends ConfigOption {
  readonly log?: string;
}

/** Where records are read from. */
export type LogSource = 'stdin' | { readonly file: string };

/**
 * The log named, else that of the configuration. Of the configuration nothing else counts, so that the secrets of the
 * gateway need not be at hand.
 * @throws CliError when there is no log that could be searched
 */
export async function whichLog(session: Session, requestId: string, options: LogOptions): Promise<LogSource> {
  if (options.log === '-' || options.log === '/dev/stdin') return 'stdin';
  const file =
    options.log === undefined
      ? await configuredLog(session, requestId, options)
      : resolve(session.terminal.cwd, options.log);
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) {
    throw new CliError('notFound', `${file} is a directory; name the log file in it with --log`);
  }
  return { file };
}

async function configuredLog(session: Session, requestId: string, options: LogOptions): Promise<string> {
  const file = chooseConfigurationFile(session, options);
  const access = accessLogOf(await readConfiguration(file), file, session);
  if (access === 'off') {
    throw new CliError('notFound', `${file} says log.access: off, so nothing is recorded; set it to a file`);
  }
  if (access === 'stdout') {
    throw new CliError(
      'notFound',
      `${file} says log.access: stdout, so the records are with whatever collects that; hand them over, as in ` +
        `"kubectl logs … | portcullis explain ${printable(requestId)} --log -", or name a file of them with --log`,
    );
  }
  return resolve(dirname(file), access);
}

/** `log.access` as it is written, whatever the rest of the configuration would need. */
function accessLogOf(text: string, file: string, { terminal }: Session): string {
  const { env, standIns } = givenEnvironment(text, terminal.env);
  let access: string;
  try {
    access = parseConfig(text, { file, env }).config.log.access;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CliError(
      'configuration',
      `${file} is not valid, so that the access log is not known; name it with --log, or see "npx portcullis check"`,
      { cause: error },
    );
  }
  const missing = Array.from(standIns).find(([, value]) => access.includes(value));
  if (missing === undefined) return access;
  throw new CliError(
    'configuration',
    `log.access in ${file} needs the environment variable ${missing[0]}, which is not set; name the log with --log`,
  );
}
