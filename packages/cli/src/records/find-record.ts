import { linesWith } from './lines.ts';
import { logFiles, openLog } from './log-files.ts';

/** One line of an access log, as JSON. Only the request id is known to be there. */
export type LogRecord = Readonly<Record<string, unknown>> & { readonly id: string };

export interface FoundRecord {
  readonly file: string;
  readonly record: LogRecord;
}

/**
 * Looks for the record of a request in an access log and in its rotated files, the newest file first. Where several
 * records carry the id, the last of the newest file counts.
 * @returns undefined when no file has it
 */
export async function findRecord(log: string, requestId: string): Promise<FoundRecord | undefined> {
  for (const file of await logFiles(log)) {
    const record = await lastRecord(file, requestId);
    if (record !== undefined) return { file, record };
  }
  return undefined;
}

async function lastRecord(file: string, requestId: string): Promise<LogRecord | undefined> {
  // The id as it stands between the quotes of a JSON text.
  const needle = JSON.stringify(requestId).slice(1, -1);
  let found: LogRecord | undefined;
  for await (const line of linesWith(openLog(file), needle)) {
    const record = parseRecord(line);
    if (record?.id === requestId) found = record;
  }
  return found;
}

/** A half-written or foreign line is no reason to stop the search. */
function parseRecord(line: string): LogRecord | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is LogRecord {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';
}
