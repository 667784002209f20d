import { changeClient, type Resource, resourcesOf } from '@portcullis/issuer';
import type { Client, ClientChanges } from '@portcullis/store';
import type { ConfigOption } from '../configuration/locate.ts';
import { CliError } from '../errors.ts';
import { withStore } from '../storage/open.ts';
import type { Session } from '../terminal/terminal.ts';
import { readAudience, readGrants } from './grants.ts';
import { type PeopleOptions, readPeopleSettings } from './people-settings.ts';
import { noSuchClient } from './show.ts';

export interface UpdateClientOptions extends ConfigOption, PeopleOptions {
  readonly name?: string;
  readonly owner?: string;
  readonly contact?: readonly string[];
  readonly allow?: readonly string[];
  readonly role?: readonly string[];
  readonly deny?: readonly string[];
  readonly introspect?: readonly string[];
}

export async function update(session: Session, id: string, options: UpdateClientOptions): Promise<void> {
  const { config: _config, ...said } = options;
  if (Object.keys(said).length === 0) {
    throw new CliError('usage', 'say what to change; --help shows what there is');
  }
  await withStore(session, options, async ({ configuration, store, operator }) => {
    const resources = resourcesOf(configuration.config);
    const plan = (client: Client): ClientChanges => changesOf(client, resources, options);
    const changed = await changeClient(store, id, plan, operator);
    if (changed === undefined) throw noSuchClient(id);
    const ended = changed.endedTokens ? '; it may do less than before, so its tokens are revoked' : '';
    session.note(`portcullis: ${id} is changed${ended}`);
  });
}

function changesOf(
  client: Client,
  resources: ReadonlyMap<string, Resource>,
  options: UpdateClientOptions,
): ClientChanges {
  const { name, owner, contact, allow = [], role = [], deny = [], introspect = [] } = options;
  const denied = deny.map((api) => audienceToDeny(client, resources, api));
  const grants = readGrants(
    resources,
    allow,
    role,
    client.grants.filter(({ audience }) => !denied.includes(audience)),
  );
  const introspects = [
    ...client.introspects.filter((audience) => !denied.includes(audience)),
    ...introspect.map((api) => readAudience(resources, api, '--introspect')),
  ];
  return {
    ...(name !== undefined && { name }),
    ...(owner !== undefined && { owner }),
    ...(contact !== undefined && { contacts: contact }),
    grants,
    introspects: [...new Set(introspects)],
    ...readPeopleSettings(client.kind, options),
  };
}

/** An API that the configuration knows no more can be denied by its audience. */
function audienceToDeny(
  { grants, introspects }: Client,
  resources: ReadonlyMap<string, Resource>,
  api: string,
): string {
  const held = [...grants.map(({ audience }) => audience), ...introspects];
  return held.includes(api) ? api : readAudience(resources, api, '--deny');
}
