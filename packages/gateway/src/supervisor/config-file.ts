import { readFile } from 'node:fs/promises';
import { ConfigError, type Configuration, compile, parseConfig } from '@portcullis/guard';
import { StartError } from '../errors.ts';
import { checkKeys } from '../issuers/open-issuers.ts';

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
  compile(configuration, revision);
  const problems = await checkKeys(configuration);
  if (problems.length > 0) throw new ConfigError(problems);
  return { text, configuration };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StartError(`cannot read the configuration ${file}: ${why}`, { cause: error });
  }
}

/** What is fixed when the processes start. A reload that changes it is refused, not half applied. */
export function needsRestart(old: Configuration, next: Configuration): readonly string[] {
  const fixed = (c: Configuration): Record<string, unknown> => ({
    listen: c.config.listen,
    'gateway.workers': c.config.gateway.workers,
    'gateway.maxHead': c.config.gateway.maxHead,
    'gateway.maxUrl': c.config.gateway.maxUrl,
    'gateway.trustedProxies': c.config.gateway.trustedProxies,
    'gateway.connections': c.config.gateway.connections,
    'gateway.drain': c.config.gateway.drain,
    'gateway.timeouts': c.config.gateway.timeouts,
    log: c.config.log,
  });
  const [before, after] = [fixed(old), fixed(next)];
  return Object.keys(before).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
}
