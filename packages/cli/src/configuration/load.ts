import { readFile } from 'node:fs/promises';
import type { LoadedConfig } from '@portcullis/gateway';
import { ConfigError, type Configuration, parseConfig } from '@portcullis/guard';
import { CliError, messageOf, systemCode } from '../errors.ts';

/**
 * Reads and parses a configuration file.
 * @throws CliError with every problem on a line of its own, as file:line:col
 */
export async function loadConfiguration(
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Configuration> {
  return (await loadWithText(file, env)).configuration;
}

/** The same, for who hands the text on. */
export async function loadWithText(
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<LoadedConfig> {
  const text = await readConfiguration(file);
  try {
    return { text, configuration: parseConfig(text, { file, env }) };
  } catch (error) {
    throw asCliError(error);
  }
}

export async function readConfiguration(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const missing = systemCode(error) === 'ENOENT';
    const what = missing
      ? 'is not there; write one with "npx portcullis init"'
      : `cannot be read: ${messageOf(error)}`;
    throw new CliError('configuration', `the configuration ${file} ${what}`);
  }
}

/** A ConfigError as the command reports it; anything else is left as it is. */
export function asCliError(error: unknown): unknown {
  if (!(error instanceof ConfigError)) return error;
  return new CliError('configuration', `the configuration is not valid:\n${error.message}`, { cause: error });
}
