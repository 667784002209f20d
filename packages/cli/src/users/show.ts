import type { Account, Store } from '@portcullis/store';
import type { ConfigOption } from '../configuration/locate.ts';
import { withStore } from '../storage/open.ts';
import { columns } from '../terminal/columns.ts';
import { printable } from '../terminal/printable.ts';
import type { JsonOption, Session } from '../terminal/terminal.ts';
import { findUser } from './find.ts';

export interface ListUsersOptions extends ConfigOption, JsonOption {
  readonly prefix?: string;
  readonly limit: number;
}

export async function list(session: Session, options: ListUsersOptions): Promise<void> {
  const { prefix = '', limit } = options;
  const accounts = await withStore(session, options, ({ store }) =>
    store.accounts.list({ emailPrefix: prefix.toLowerCase(), limit: limit + 1 }),
  );
  const shown = accounts.slice(0, limit);
  if (options.json) session.printJson({ users: shown.map(told) });
  else {
    const rows = shown.map((account) => [
      printable(account.email),
      printable(account.name),
      account.disabledAt === undefined ? 'active' : 'disabled',
      account.administrator ? 'administrator' : '',
      date(account.lastSignInAt) ?? 'never',
    ]);
    session.print(...columns([['EMAIL', 'NAME', 'STATE', '', 'LAST SIGN-IN'], ...rows]));
  }
  if (accounts.length > limit) session.note(`portcullis: there are more: --limit, or a longer --prefix`);
}

export async function show(
  session: Session,
  name: string,
  options: ConfigOption & JsonOption,
): Promise<void> {
  await withStore(session, options, async ({ store }) => {
    const account = await findUser(store, name);
    const more = await details(store, account.id);
    if (options.json) return session.printJson({ ...told(account), ...more });
    session.print(
      ...columns([
        ['sub', account.id],
        [
          'email',
          `${printable(account.email)}${account.emailVerifiedAt === undefined ? ' (not confirmed)' : ''}`,
        ],
        ['name', printable(account.name)],
        ['state', account.disabledAt === undefined ? 'active' : `disabled since ${date(account.disabledAt)}`],
        ['administrator', account.administrator ? 'yes' : 'no'],
        ...account.roles.map(({ audience, roles }) => [
          'roles',
          `${printable(audience)}: ${roles.join(' ')}`,
        ]),
        ['password', account.passwordHash === undefined ? 'none' : 'set'],
        ['authenticator', account.sealedTotp === undefined ? 'none' : 'set up'],
        ['passkeys', String(more.passkeys.length)],
        ['created', date(account.createdAt) ?? ''],
        ['last sign-in', date(account.lastSignInAt) ?? 'never'],
        ...more.sessions.map(({ createdAt, address, userAgent }) => [
          'session',
          `since ${date(createdAt)} from ${printable(address)}, ${printable(userAgent)}`,
        ]),
      ]),
    );
  });
}

async function details(store: Store, id: string) {
  return { sessions: await store.sessions.list(id, Date.now()), passkeys: await store.passkeys.list(id) };
}

/** Everything but what lets somebody in. */
function told({ passwordHash, sealedTotp, ...account }: Account): object {
  return { ...account, password: passwordHash !== undefined, authenticator: sealedTotp !== undefined };
}

function date(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();
}
