import { existsSync } from 'node:fs';
import { ConfigError, type ConfigProblem } from '@portcullis/guard';
import { EXIT_CODES } from '../exit-codes.ts';
import { ringFileOf } from '../keyring/which-ring.ts';
import { printable } from '../terminal/printable.ts';
import type { JsonOption, Session } from '../terminal/terminal.ts';
import { byPlace, type Examination, examine } from './examine.ts';
import { readConfiguration } from './load.ts';
import type { ConfigOption } from './locate.ts';
import { requireConfigurationFile } from './locate.ts';
import { summaryLines, summaryOf } from './summary.ts';

export interface CheckOptions extends ConfigOption, JsonOption {
  /** False: environment variables that are not set are taken as given. */
  readonly env?: boolean;
}

/** Checks all that can be known before a start. Nothing is fetched. */
export async function check(
  session: Session,
  named: string | undefined,
  options: CheckOptions,
): Promise<void> {
  const file = requireConfigurationFile(named ?? options.config, session.terminal);
  const examination = await examine(await readConfiguration(file), file, session.terminal.env);
  const { unset, problems } = examination;
  const counted = options.env === false ? problems : [...unset, ...problems].toSorted(byPlace);
  if (counted.length === 0) return tellValid(session, file, examination, options);
  tellProblems(session, file, counted, options);
  if (unset.length > 0 && options.env !== false) {
    session.note(
      'portcullis: note: where the variables are not to be had, --no-env takes those that are not set as given',
    );
  }
}

function tellValid(
  session: Session,
  file: string,
  { configuration, missingMasterKey, unset }: Examination,
  { json }: CheckOptions,
): void {
  // With stand-ins in it, what would run is not known.
  const known = unset.length === 0 ? configuration : undefined;
  if (known !== undefined && missingMasterKey !== undefined) {
    session.note(
      `portcullis: note: before a start, make the master key ${missingMasterKey} with "npx portcullis master-key generate"`,
    );
  }
  const ring = known && ringFileOf(known);
  if (ring !== undefined && !existsSync(ring)) {
    session.note(
      `portcullis: note: before a start, make the key ring ${ring} with "npx portcullis keys generate"`,
    );
  }
  const summary = known && summaryOf(known);
  if (json) session.printJson({ valid: true, file, ...(summary ?? { unset }) });
  else if (summary !== undefined) session.print(`${file} is valid. It would run:`, ...summaryLines(summary));
  else {
    session.print(
      `${file} is valid, if the variables that are not set here are:`,
      ...unset.map(({ line, column, message }) => printable(`  ${line}:${column} ${message}`)),
    );
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
