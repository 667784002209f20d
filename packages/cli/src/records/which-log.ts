import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { formatAddress } from '@portcullis/gateway';
import { ConfigError, parseConfig } from '@portcullis/guard';
import { givenEnvironment } from '../configuration/given-environment.ts';
import { readConfiguration } from '../configuration/load.ts';
import { type ConfigOption, chooseConfigurationFile } from '../configuration/locate.ts';
import { CliError } from '../errors.ts';
import { printable } from '../terminal/printable.ts';
import type { Session } from '../terminal/terminal.ts';

export interface LogOptions extends ConfigOption {
  readonly log?: string;
  /** True: that of the configuration. */
  readonly admin?: string | true;
}

/** Where records are searched, one after the other. */
export interface LogSources {
  /** A log file, and what rotation left beside it; `stdin` for standard input. */
  readonly log?: string;
  /** `log.sample` of the configuration. */
  readonly sample?: number;
  /** Why the configuration has no log file. */
  readonly unlogged?: 'off' | 'stdout';
  /** The admin listener of a running gateway, which remembers the newest refusals. */
  readonly admin?: string;
}

/**
 * The log or the running gateway that is named, else those of the configuration. Of the configuration nothing else
 * counts, so that the secrets of the gateway need not be at hand.
 * @throws CliError when there is nothing that could be searched
 */
export async function whichLog(session: Session, options: LogOptions): Promise<LogSources> {
  if (options.log !== undefined && options.admin !== undefined) {
    throw new CliError('usage', '--log names a file and --admin a running gateway: give one of them');
  }
  if (options.log === '-' || options.log === '/dev/stdin') return { log: 'stdin' };
  if (typeof options.admin === 'string') return { admin: adminUrl(options.admin) };
  if (options.log !== undefined) return { log: await notAFolder(resolve(session.terminal.cwd, options.log)) };
  const configured = await configuredSources(session, options);
  if (options.admin === true) return { admin: configured.admin };
  return configured;
}

function adminUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url.origin;
  throw new CliError('usage', `--admin ${printable(text)} is no URL such as http://127.0.0.1:8082`);
}

async function notAFolder(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isDirectory()) return file;
  throw new CliError('notFound', `${file} is a directory; name the log file in it with --log`);
}

async function configuredSources(
  session: Session,
  options: LogOptions,
): Promise<LogSources & { readonly admin: string }> {
  const file = chooseConfigurationFile(session, options);
  const { access, admin, sample } = logSettings(await readConfiguration(file), file, session);
  if (access === 'off' || access === 'stdout') return { unlogged: access, admin };
  return { log: await notAFolder(resolve(dirname(file), access)), admin, sample };
}

/** `log.access` and `listen.admin` as they are written, whatever the rest of the configuration would need. */
function logSettings(
  text: string,
  file: string,
  { terminal }: Session,
): { access: string; admin: string; sample: number } {
  const { env, standIns } = givenEnvironment(text, terminal.env);
  let access: string;
  let admin: string;
  let sample: number;
  try {
    const { log, listen } = parseConfig(text, { file, env }).config;
    access = log.access;
    sample = log.sample;
    admin = `http://${reachable(formatAddress(listen.admin))}`;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CliError(
      'configuration',
      `${file} is not valid, so that the access log is not known; name it with --log, or see "npx portcullis check"`,
      { cause: error },
    );
  }
  const missing = Array.from(standIns).find(([, value]) => access.includes(value));
  if (missing === undefined) return { access, admin, sample };
  throw new CliError(
    'configuration',
    `log.access in ${file} needs the environment variable ${missing[0]}, which is not set; name the log with --log`,
  );
}

/** A listener on all addresses is reached on loopback. */
function reachable(address: string): string {
  return address.replace(/^0\.0\.0\.0:/, '127.0.0.1:').replace(/^\[::\]:/, '[::1]:');
}
