import { secretMadeAt } from '@portcullis/issuer';
import type { Client } from '@portcullis/store';
import type { ConfigOption } from '../configuration/locate.ts';
import { CliError } from '../errors.ts';
import { withStore } from '../storage/open.ts';
import { columns } from '../terminal/columns.ts';
import { printable } from '../terminal/printable.ts';
import type { JsonOption, Session } from '../terminal/terminal.ts';

const DAY = 86_400_000;

export async function list(session: Session, options: ConfigOption & JsonOption): Promise<void> {
  const clients = await withStore(session, options, ({ store }) => store.clients.list());
  if (options.json) return session.printJson({ clients: clients.map(told) });
  const now = Date.now();
  const rows = clients.map((client) => [
    client.id,
    printable(client.owner),
    client.kind,
    client.disabledAt === undefined ? 'active' : 'disabled',
    client.authMethod,
    ageOf(secretMadeAt(client), now),
    date(client.lastUsedAt) ?? 'never',
  ]);
  session.print(
    ...columns([['CLIENT', 'OWNER', 'TYPE', 'STATE', 'AUTHENTICATION', 'SECRET AGE', 'LAST USED'], ...rows]),
  );
}

export async function show(session: Session, id: string, options: ConfigOption & JsonOption): Promise<void> {
  const client = await withStore(session, options, ({ store }) => store.clients.find(id));
  if (client === undefined) throw noSuchClient(id);
  if (options.json) return session.printJson(told(client));
  const grants = client.grants.map(({ audience, scopes, roles }) => [
    'may use',
    `${printable(audience)}: ${scopes.join(' ') || 'no scopes'}${roles.length === 0 ? '' : `; roles ${roles.join(' ')}`}`,
  ]);
  const secrets = client.secrets.map(({ createdAt, expiresAt }) => [
    'secret',
    `made ${date(createdAt)}${expiresAt === undefined ? '' : `, good until ${date(expiresAt)}`}`,
  ]);
  session.print(
    ...columns([
      ['client', client.id],
      ['name', printable(client.name)],
      ['owner', printable(client.owner)],
      ['kind', client.kind],
      ['contacts', client.contacts.map(printable).join(', ') || 'none'],
      ['state', client.disabledAt === undefined ? 'active' : `disabled since ${date(client.disabledAt)}`],
      ['authentication', client.authMethod],
      ...secrets,
      ...(grants.length === 0 ? [['may use', 'nothing']] : grants),
      ...client.introspects.map((audience) => ['introspects', printable(audience)]),
      ...client.redirectUris.map((uri) => ['sent back to', printable(uri)]),
      ...client.postLogoutRedirectUris.map((uri) => ['after signing out', printable(uri)]),
      ...(client.backchannelLogoutUri === undefined
        ? []
        : [['told of sign-outs at', printable(client.backchannelLogoutUri)]]),
      ...(client.firstParty ? [['consent', 'not asked for: it is ours']] : []),
      ['created', date(client.createdAt) ?? ''],
      ['last used', date(client.lastUsedAt) ?? 'never'],
    ]),
  );
}

export function noSuchClient(id: string): CliError {
  return new CliError(
    'notFound',
    `there is no client ${printable(id)}; "portcullis clients list" shows those there are`,
  );
}

/** Everything but the hashes, which nobody needs to see. */
function told({ secrets, ...client }: Client): object {
  return { ...client, secrets: secrets.map(({ hash: _hash, ...secret }) => secret) };
}

function date(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();
}

function ageOf(madeAt: number | undefined, now: number): string {
  return madeAt === undefined ? '-' : `${Math.floor((now - madeAt) / DAY)}d`;
}
