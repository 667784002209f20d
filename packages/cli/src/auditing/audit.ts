import type { AuditQuery, Store } from '@portcullis/store';
import type { ConfigOption } from '../configuration/locate.ts';
import { CliError } from '../errors.ts';
import { withStore } from '../storage/open.ts';
import { columns } from '../terminal/columns.ts';
import { printable } from '../terminal/printable.ts';
import type { JsonOption, Session } from '../terminal/terminal.ts';
import { findUser } from '../users/find.ts';

export interface AuditOptions extends ConfigOption, JsonOption {
  readonly client?: string;
  readonly user?: string;
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
  const events = await withStore(session, options, async ({ store }) => {
    const query = await queryOf(store, limit, options);
    return (await store.audit.list(query)).reverse();
  });
  if (options.json) {
    for (const event of events) session.print(JSON.stringify(event));
    return;
  }
  const rows = events.map(({ at, type, outcome, actor, client, subject, address, requestId, detail }) => [
    new Date(at).toISOString(),
    type,
    outcome,
    printable(actor),
    printable(client ?? '-'),
    subject ?? '-',
    address ?? '-',
    requestId ?? '-',
    printable(JSON.stringify(detail)),
  ]);
  const head = ['TIME', 'EVENT', 'OUTCOME', 'ACTOR', 'CLIENT', 'SUBJECT', 'ADDRESS', 'REQUEST', 'DETAIL'];
  session.print(...columns([head, ...rows]));
  if (rows.length === 0) session.note('portcullis: nothing of this kind is noted');
}

async function queryOf(store: Store, limit: number, options: AuditOptions): Promise<AuditQuery> {
  return {
    limit,
    ...(options.user !== undefined && { subject: (await findUser(store, options.user)).id }),
    ...(options.client !== undefined && { client: options.client }),
    ...(options.type !== undefined && { type: options.type }),
    ...(options.request !== undefined && { requestId: options.request }),
  };
}
