import type { ConfigOption } from '../configuration/locate.ts';
import { CliError } from '../errors.ts';
import { withStore } from '../storage/open.ts';
import { columns } from '../terminal/columns.ts';
import { printable } from '../terminal/printable.ts';
import type { JsonOption, Session } from '../terminal/terminal.ts';

export interface AuditOptions extends ConfigOption, JsonOption {
  readonly client?: string;
  readonly type?: string;
  readonly request?: string;
  readonly limit: string;
}

const MOST = 10_000;

/** Tells what happened, the newest last, as a log reads. */
export async function audit(session: Session, options: AuditOptions): Promise<void> {
  const limit = /^[1-9]\d{0,4}$/.test(options.limit) ? Number(options.limit) : Number.NaN;
  if (!(limit <= MOST))
    throw new CliError('usage', `--limit ${printable(options.limit)} is not a number from 1 to ${MOST}`);
  const query = {
    limit,
    ...(options.client !== undefined && { client: options.client }),
    ...(options.type !== undefined && { type: options.type }),
    ...(options.request !== undefined && { requestId: options.request }),
  };
  const events = (await withStore(session, options, ({ store }) => store.audit.list(query))).reverse();
  if (options.json) {
    for (const event of events) session.print(JSON.stringify(event));
    return;
  }
  const rows = events.map(({ at, type, outcome, actor, address, requestId, detail }) => [
    new Date(at).toISOString(),
    type,
    outcome,
    printable(actor),
    address ?? '-',
    requestId ?? '-',
    printable(JSON.stringify(detail)),
  ]);
  session.print(...columns([['TIME', 'EVENT', 'OUTCOME', 'ACTOR', 'ADDRESS', 'REQUEST', 'DETAIL'], ...rows]));
}
