import { CliError } from '../errors.ts';
import { printable } from '../terminal/printable.ts';
import type { JsonOption, Session } from '../terminal/terminal.ts';
import { type FoundRecord, findRecord, lastRecord } from './find-record.ts';
import { logFiles } from './log-files.ts';
import { tell } from './telling.ts';
import { tellingLines } from './telling-lines.ts';
import { type LogOptions, whichLog } from './which-log.ts';

export interface ExplainOptions extends LogOptions, JsonOption {}

export async function explainRequest(
  session: Session,
  requestId: string,
  options: ExplainOptions,
): Promise<void> {
  const source = await whichLog(session, requestId, options);
  const found =
    source === 'stdin' ? await findInInput(session, requestId) : await findInFiles(source.file, requestId);
  const told = tell(found.record);
  if (options.json) session.printJson({ file: found.file, ...told });
  else session.print(...tellingLines(told), '', `From ${found.file}`);
}

async function findInInput({ terminal }: Session, requestId: string): Promise<FoundRecord> {
  const record = await lastRecord(bytesOf(terminal.stdin), requestId);
  if (record !== undefined) return { file: 'standard input', record };
  throw new CliError('notFound', `no record of ${printable(requestId)} on standard input`);
}

async function* bytesOf(chunks: AsyncIterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

async function findInFiles(log: string, requestId: string): Promise<FoundRecord> {
  const files = await logFiles(log);
  if (files.length === 0) {
    throw new CliError('notFound', `there is no access log at ${log}; --log names another file`);
  }
  const found = await findRecord(files, requestId);
  if (found !== undefined) return found;
  throw new CliError(
    'notFound',
    `no record of ${printable(requestId)} in ${log} or its rotated files; the id stands in the x-request-id of the ` +
      'answer, records appear within a second, and --log names another file',
  );
}
