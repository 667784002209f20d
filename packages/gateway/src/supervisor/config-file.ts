import { access, constants, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  ConfigError,
  type ConfigProblem,
  type Configuration,
  compile,
  parseConfig,
  problemAt,
} from '@portcullis/guard';
import { messageOf, StartError } from '../errors.ts';
import { fileBeside } from '../file-beside.ts';
import { checkKeys } from '../issuers/open-issuers.ts';
import { checkTls } from '../tls/check.ts';

/** A configuration, and the text that it was read from. */
export interface LoadedConfig {
  readonly text: string;
  readonly configuration: Configuration;
}

/**
 * Reads a configuration file and checks all of it: schema, references, and local keys.
 *
 * @throws ConfigError with every problem found, StartError when the file cannot be read
 */
export async function loadConfig(
  file: string,
  env: NodeJS.ProcessEnv,
  revision: number,
): Promise<LoadedConfig> {
  const text = await readText(file);
  const configuration = parseConfig(text, { file, env });
  await checkConfig(configuration, revision);
  return { text, configuration };
}

/**
 * Checks what is beyond the schema: references, and local keys and other files.
 *
 * @throws ConfigError with every problem found
 */
export async function checkConfig(configuration: Configuration, revision: number): Promise<void> {
  compile(configuration, revision);
  const problems = await checkFiles(configuration);
  if (problems.length > 0) throw new ConfigError(problems);
}

/** What can be said of the files that a configuration names, without changing or fetching anything. */
export async function checkFiles(configuration: Configuration): Promise<readonly ConfigProblem[]> {
  return [
    ...(await checkKeys(configuration)),
    ...(await checkTls(configuration)),
    ...(await checkAccessLog(configuration)),
  ];
}

/** `stdout`, `off`, or the full path of the access log. */
export function accessLogFile({ config, file }: Configuration): string {
  const { access } = config.log;
  return access === 'stdout' || access === 'off' ? access : fileBeside(file, access);
}

async function checkAccessLog(configuration: Configuration): Promise<readonly ConfigProblem[]> {
  const destination = accessLogFile(configuration);
  if (destination === 'stdout' || destination === 'off') return [];
  const why = await whyNotWritable(destination);
  if (why === undefined) return [];
  return [problemAt(configuration, ['log', 'access'], `${destination} cannot be written: ${why}`)];
}

/** Looks at the file, or, where it is not there yet, at the nearest folder above it that is. */
async function whyNotWritable(path: string): Promise<string | undefined> {
  try {
    if ((await stat(path)).isDirectory()) return 'it is a folder';
    await access(path, constants.W_OK);
    return undefined;
  } catch (error) {
    if (!isMissing(error)) return 'this user may not write to it';
  }
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    try {
      if (!(await stat(folder)).isDirectory()) return `${folder} is not a folder`;
      await access(folder, constants.W_OK | constants.X_OK);
      return undefined;
    } catch (error) {
      if (!isMissing(error)) return `this user may not write in ${folder}`;
      if (folder === dirname(folder)) return 'its folder is not there';
    }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const why = messageOf(error);
    throw new StartError(`cannot read the configuration ${file}: ${why}`, { cause: error });
  }
}

/** What is fixed while the supervisor runs. A reload that changes it is refused, not half applied. */
export function needsRestart(old: Configuration, next: Configuration): readonly string[] {
  const keys = ['listen', 'store', 'bus', 'environment', 'masterKey'] as const;
  const changed = keys.filter((key) => !same(old.config[key], next.config[key]));
  const issuers = [old, next].filter(({ config }) => config.issuer !== undefined).length;
  return issuers === 1 ? [...changed, 'issuer'] : changed;
}

/** Whether a change reaches what a worker sets up once, as its listener and its log: then others take its place. */
export function needsNewWorkers(old: Configuration, next: Configuration): boolean {
  return !same(fixedInWorker(old), fixedInWorker(next));
}

function fixedInWorker({ config }: Configuration): unknown {
  const { maxBody: _inheritedByApis, tls, ...others } = config.gateway;
  const { certificates: _replaceable, ...protocol } = tls ?? {};
  return { log: config.log, gateway: others, tls: tls && protocol };
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
