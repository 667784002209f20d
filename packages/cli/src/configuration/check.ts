import { existsSync } from 'node:fs';
import { ConfigError, type ConfigProblem, type Configuration, compile, parseConfig } from '@portcullis/guard';
import { EXIT_CODES } from '../exit-codes.ts';
import { ringFileOf } from '../keyring/which-ring.ts';
import { printable } from '../terminal/printable.ts';
import type { JsonOption, Session } from '../terminal/terminal.ts';
import { readConfiguration } from './load.ts';
import type { ConfigOption } from './locate.ts';
import { requireConfigurationFile } from './locate.ts';
import { summaryLines, summaryOf } from './summary.ts';

export interface CheckOptions extends ConfigOption, JsonOption {}

/** Checks all that can be known before a start. Nothing is fetched. */
export async function check(
  session: Session,
  named: string | undefined,
  options: CheckOptions,
): Promise<void> {
  const file = requireConfigurationFile(named ?? options.config, session.terminal);
  const result = await examine(await readConfiguration(file), file, session.terminal.env);
  if (Array.isArray(result)) return tellProblems(session, file, result, options);
  const ring = ringFileOf(result);
  if (ring !== undefined && !existsSync(ring)) {
    session.note(
      `portcullis: note: before a start, make the key ring ${ring} with "npx portcullis keys generate"`,
    );
  }
  const summary = summaryOf(result);
  if (options.json) return session.printJson({ valid: true, file, ...summary });
  session.print(`${file} is valid. It would run:`, ...summaryLines(summary));
}

async function examine(
  text: string,
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Configuration | ConfigProblem[]> {
  try {
    const configuration = parseConfig(text, { file, env });
    compile(configuration, 1);
    const { checkFiles } = await import('@portcullis/gateway');
    const problems = await checkFiles(configuration);
    return problems.length > 0 ? [...problems] : configuration;
  } catch (error) {
    if (error instanceof ConfigError) return [...error.problems];
    throw error;
  }
}

function tellProblems(
  session: Session,
  file: string,
  problems: readonly ConfigProblem[],
  { json }: CheckOptions,
): void {
  session.exitCode = EXIT_CODES.configuration.code;
  if (json) {
    session.printJson({ valid: false, file, problems });
    return;
  }
  session.note(
    ...new ConfigError(problems).message.split('\n').map(printable),
    `portcullis: ${file} is not valid: ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`,
  );
}
