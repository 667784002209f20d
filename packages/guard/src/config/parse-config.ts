import { ConfigError } from './config-error.ts';
import type { Configuration } from './configuration.ts';
import type { Environment } from './environment.ts';
import { problemsOf } from './issues.ts';
import { configSchema } from './schema/config.ts';
import { Source } from './source.ts';

/**
 * Reads a configuration: YAML 1.2, `${NAME}` from the environment, then the schema.
 * @param text the file's content, at most 1 MB
 * @param o.file its name, for messages only; nothing is read
 * @throws ConfigError with every problem found, each with its line and column
 */
export function parseConfig(text: string, o: { file: string; env: Environment }): Configuration {
  const { file } = o;
  const source = new Source(text, o.env);
  if (source.problems.length > 0) {
    throw new ConfigError(source.problems.map((problem) => ({ file, path: '', ...problem })));
  }
  const result = configSchema.safeParse(source.value);
  if (!result.success) throw new ConfigError(problemsOf(result.error.issues, source, file));
  return { config: result.data, file, locate: (path) => source.locate(path) };
}
