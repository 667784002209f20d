import { CliError } from '../errors.ts';
import { printable } from '../terminal/printable.ts';
import type { JsonOption, Session } from '../terminal/terminal.ts';
import { type FoundRecord, findRecord, lastRecord } from './find-record.ts';
import { logFiles } from './log-files.ts';
import { askRunningSystem } from './running-system.ts';
import { tell } from './telling.ts';
import { tellingLines } from './telling-lines.ts';
import { type LogOptions, type LogSources, whichLog } from './which-log.ts';

export interface ExplainOptions extends LogOptions, JsonOption {}

export async function explainRequest(
  session: Session,
  requestId: string,
  options: ExplainOptions,
): Promise<void> {
  const sources = await whichLog(session, options);
  const found =
    sources.log === 'stdin' ? await findInInput(session, requestId) : await findAnywhere(sources, requestId);
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

/** In the log first: it goes back further than the memory of a running gateway. */
async function findAnywhere(sources: LogSources, requestId: string): Promise<FoundRecord> {
  const files = sources.log === undefined ? [] : await logFiles(sources.log);
  const found = (await findRecord(files, requestId)) ?? (await remembered(sources.admin, requestId));
  if (found !== undefined && 'record' in found) return found;
  const places = [logPlace(sources, files, requestId), found?.why, sampling(sources)].filter(
    (place) => place !== undefined,
  );
  // Where nothing could be searched, nobody knows whether there is such a request.
  const searched = files.length > 0 || found?.asked === true;
  throw new CliError(
    searched ? 'notFound' : 'unavailable',
    `no record of ${printable(requestId)} (${places.join('; ')}). The id stands in the x-request-id of the answer, records ` +
      'appear within a second, and --log names another file',
  );
}

/** Why nothing came of asking a running gateway, and whether it could be asked at all. */
interface Silence {
  readonly why: string;
  readonly asked: boolean;
}

/** What a running gateway remembers. */
async function remembered(
  admin: string | undefined,
  requestId: string,
): Promise<FoundRecord | Silence | undefined> {
  if (admin === undefined) return undefined;
  try {
    const found = await askRunningSystem(admin, requestId);
    const why = `the gateway at ${printable(admin)} does not remember it, which keeps the newest refusals only`;
    return found ?? { why, asked: true };
  } catch (error) {
    if (error instanceof CliError) return { why: error.message, asked: false };
    throw error;
  }
}

function sampling({ sample }: LogSources): string | undefined {
  if (sample === undefined || sample === 1) return undefined;
  return `log.sample keeps ${sample} of the requests without trouble, so it may be one of the others`;
}

function logPlace(
  { log, unlogged }: LogSources,
  files: readonly string[],
  requestId: string,
): string | undefined {
  if (log !== undefined) {
    return files.length === 0
      ? `there is no access log at ${log}`
      : `it is not in ${log} or its rotated files`;
  }
  if (unlogged === 'off') return 'log.access: off, so nothing is written; set it to a file';
  if (unlogged === undefined) return undefined;
  return (
    'log.access: stdout, so the records are with whatever collects that; hand them over, as in ' +
    `"kubectl logs … | portcullis explain ${printable(requestId)} --log -", or name a file of them`
  );
}
