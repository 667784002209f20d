import { CliError, messageOf } from '../errors.ts';
import { linesWith } from './lines.ts';
import { openLog } from './log-files.ts';

/** One line of an access log, as JSON. Only the request id is known to be there. */
export type LogRecord = Readonly<Record<string, unknown>> & { readonly id: string };

export interface FoundRecord {
  readonly file: string;
  readonly record: LogRecord;
}

/**
 * Looks for the record of a request in log files, one after the other. Where several records of a file carry the id,
 * the last counts.
 * @returns undefined when no file has it
 * @throws CliError when one cannot be read: it might be the one
 */
export async function findRecord(
  files: readonly string[],
  requestId: string,
): Promise<FoundRecord | undefined> {
  for (const file of files) {
    const record = await lastRecord(openLog(file), requestId).catch((error: unknown) => {
      throw new CliError('unavailable', `the log ${file} cannot be read: ${messageOf(error)}`, {
        cause: error,
      });
    });
    if (record !== undefined) return { file, record };
  }
  return undefined;
}

/**
 * The last record of a request among the lines of one log, by its own id, or by that of its trace when no request has
 * this id: a trace may hold several requests.
 */
export async function lastRecord(
  chunks: AsyncIterable<Uint8Array>,
  requestId: string,
): Promise<LogRecord | undefined> {
  // The id as it stands between the quotes of a JSON text.
  const needle = JSON.stringify(requestId).slice(1, -1);
  let byId: LogRecord | undefined;
  let byTrace: LogRecord | undefined;
  for await (const line of linesWith(chunks, needle)) {
    const record = parseRecord(line);
    if (record?.id === requestId) byId = record;
    if (record?.['trace'] === requestId) byTrace = record;
  }
  return byId ?? byTrace;
}

/**
 * A half-written or foreign line is no reason to stop the search. What collects the logs of several containers puts
 * the name of each before its lines.
 */
export function parseRecord(line: string): LogRecord | undefined {
  try {
    const value: unknown = JSON.parse(line.slice(line.indexOf('{')));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is LogRecord {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';
}
