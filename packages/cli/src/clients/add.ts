import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ASSERTION_ALGORITHMS, addClient, CLIENT_ID, resourcesOf } from '@portcullis/issuer';
import type { ClientKind } from '@portcullis/store';
import { jwksKeys } from '@portcullis/token';
import type { ConfigOption } from '../configuration/locate.ts';
import { CliError, messageOf } from '../errors.ts';
import { withStore } from '../storage/open.ts';
import { columns } from '../terminal/columns.ts';
import { printable } from '../terminal/printable.ts';
import type { JsonOption, Session } from '../terminal/terminal.ts';
import { readAudience, readGrants } from './grants.ts';
import { type PeopleOptions, readPeopleSettings } from './people-settings.ts';

export interface AddClientOptions extends ConfigOption, JsonOption, PeopleOptions {
  readonly type: ClientKind;
  readonly name?: string;
  readonly owner: string;
  readonly contact?: readonly string[];
  readonly allow?: readonly string[];
  readonly role?: readonly string[];
  readonly introspect?: readonly string[];
  readonly jwks?: string;
}

export async function add(session: Session, id: string, options: AddClientOptions): Promise<void> {
  if (!CLIENT_ID.test(id)) {
    throw new CliError(
      'usage',
      `${printable(id)} is no client id: letters, digits, ".", "_", "~" and "-", at most 128, starting with a letter or digit`,
    );
  }
  const { type: kind } = options;
  const isPublic = kind === 'spa' || kind === 'native';
  if (isPublic && options.jwks !== undefined) {
    throw new CliError('usage', `--jwks: what runs at its users (--type ${kind}) can keep no key`);
  }
  if (kind !== 'service' && options.redirectUri === undefined) {
    throw new CliError('usage', `--type ${kind} needs a --redirect-uri, where people are sent back to`);
  }
  const people = readPeopleSettings(kind, options);
  const jwks = options.jwks === undefined ? undefined : await readPublicKeys(session, options.jwks);
  await withStore(session, options, async ({ configuration, store, operator }) => {
    const resources = resourcesOf(configuration.config);
    const grants = readGrants(resources, options.allow ?? [], options.role ?? []);
    const secret = await addClient(
      store,
      {
        id,
        name: options.name ?? id,
        owner: options.owner,
        contacts: options.contact ?? [],
        grants,
        introspects: (options.introspect ?? []).map((name) => readAudience(resources, name, '--introspect')),
        authMethod: isPublic ? 'none' : jwks === undefined ? 'client_secret' : 'private_key_jwt',
        jwks,
        kind,
        ...people,
      },
      operator,
    );
    tellSecret(session, id, secret, options);
    if (grants.length === 0 && kind === 'service') {
      session.note(
        `portcullis: it may use no API yet: portcullis clients update ${id} --allow <api>=<scopes>`,
      );
    }
  });
}

/** The secret goes to where data goes, so that a script can keep it; it is told nowhere else and never again. */
export function tellSecret(
  session: Session,
  id: string,
  secret: string | undefined,
  { json = false }: JsonOption,
): void {
  const facts = { client_id: id, ...(secret !== undefined && { client_secret: secret }) };
  if (json) session.printJson(facts);
  else session.print(...columns(Object.entries(facts)));
  if (secret === undefined) return;
  session.note('portcullis: the secret is shown this once: only its hash is kept');
}

async function readPublicKeys(session: Session, name: string): Promise<{ keys: object[] }> {
  const file = resolve(session.terminal.cwd, name);
  try {
    const jwks = JSON.parse(await readFile(file, 'utf8')) as { keys: object[] };
    await jwksKeys(jwks, { algorithms: ASSERTION_ALGORITHMS }); // private, weak or strange keys are refused here
    return { keys: jwks.keys };
  } catch (error) {
    throw new CliError('refused', `${file} is not a usable set of public keys (JWKS): ${messageOf(error)}`);
  }
}
