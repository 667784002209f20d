import { dirname, resolve } from 'node:path';
import { loadConfiguration } from '../configuration/load.ts';
import type { ConfigOption } from '../configuration/locate.ts';
import { requireConfigurationFile } from '../configuration/locate.ts';
import { CliError } from '../errors.ts';
import { printable } from '../terminal/printable.ts';
import type { JsonOption, Session } from '../terminal/terminal.ts';
import { findRecord } from './find-record.ts';
import { logFiles } from './log-files.ts';
import { tell } from './telling.ts';
import { tellingLines } from './telling-lines.ts';

export interface ExplainOptions extends ConfigOption, JsonOption {
  readonly log?: string;
}

export async function explainRequest(
  session: Session,
  requestId: string,
  options: ExplainOptions,
): Promise<void> {
  const log = await logFile(session, options);
  const files = await logFiles(log);
  if (files.length === 0) {
    throw new CliError('notFound', `there is no access log at ${log}; --log names another file`);
  }
  const found = await findRecord(files, requestId);
  if (found === undefined) {
    throw new CliError(
      'notFound',
      `no record of ${printable(requestId)} in ${log} or its rotated files; the id stands in the x-request-id of the ` +
        'answer, records appear within a second, and --log names another file',
    );
  }
  const told = tell(found.record);
  if (options.json) session.printJson({ file: found.file, ...told });
  else session.print(...tellingLines(told), '', `From ${found.file}`);
}

/** @throws CliError when the configuration writes no log that could be searched */
async function logFile({ terminal }: Session, options: ExplainOptions): Promise<string> {
  if (options.log !== undefined) return resolve(terminal.cwd, options.log);
  const { file, config } = await loadConfiguration(
    requireConfigurationFile(options.config, terminal),
    terminal.env,
  );
  const { access } = config.log;
  if (access === 'off') {
    throw new CliError('notFound', `${file} says log.access: off, so nothing is recorded; set it to a file`);
  }
  if (access === 'stdout') {
    throw new CliError(
      'notFound',
      `${file} says log.access: stdout, so the records are with whatever collects that; name a file of them with --log, or set log.access to a file`,
    );
  }
  return resolve(dirname(file), access);
}
