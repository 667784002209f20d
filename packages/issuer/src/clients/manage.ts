import type { Client, ClientChanges, NewClient, Store } from '@portcullis/store';
import { revoke, untilNow } from '../revocation/revoke.ts';
import { newSecret } from './secrets.ts';

/** What a client_id looks like. */
export const CLIENT_ID = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$/;

/** Who does it, and to whose tokens. */
export interface Operator {
  /** Such as `operator:jo`. */
  readonly actor: string;
  /** The `iss` of our tokens. */
  readonly issuer: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What a client that people sign in to has, and a service has not. */
type PeopleSettings = Pick<
  NewClient,
  'kind' | 'redirectUris' | 'postLogoutRedirectUris' | 'backchannelLogoutUri' | 'firstParty'
>;

/** A service, unless something else is said. */
export type ClientToAdd = Omit<NewClient, 'secrets' | 'createdAt' | keyof PeopleSettings> &
  Partial<PeopleSettings>;

const SERVICE: PeopleSettings = {
  kind: 'service',
  redirectUris: [],
  postLogoutRedirectUris: [],
  backchannelLogoutUri: undefined,
  firstParty: false,
};

/**
 * Adds a client.
 *
 * @returns its secret, which is not kept; undefined for one that signs assertions
 * @throws {StoreError} `exists`
 */
export async function addClient(
  store: Store,
  client: ClientToAdd,
  operator: Operator,
): Promise<string | undefined> {
  const { secret, stored } = newSecret(operator.now);
  const usesSecret = client.authMethod === 'client_secret';
  await store.clients.add({
    ...SERVICE,
    ...client,
    createdAt: operator.now,
    secrets: usesSecret ? [stored] : [],
  });
  await note(store, 'client.added', client.id, operator, { owner: client.owner, grants: client.grants });
  return usesSecret ? secret : undefined;
}

/**
 * Changes what a client is called, or may do. Where it may do less than before, the tokens that it has end.
 *
 * @returns whether they do; undefined when there is no such client
 */
export async function changeClient(
  store: Store,
  id: string,
  plan: (client: Client) => ClientChanges,
  operator: Operator,
): Promise<{ readonly endedTokens: boolean } | undefined> {
  const client = await store.clients.find(id);
  if (client === undefined) return undefined;
  // Before it is changed, so that it is made up for when this is cut short and done again; and after, for those got meanwhile.
  if (isLess({ ...client, ...plan(client) }, client)) await endTokens(store, id, operator);
  const changed = await store.clients.change(id, plan);
  if (changed === undefined) return undefined;
  const endedTokens = isLess(changed.after, changed.before);
  if (endedTokens) await endTokens(store, id, operator);
  // What people let it do without being asked was never theirs to let.
  if (changed.before.firstParty && !changed.after.firstParty) await store.artifacts.end({ clientId: id });
  const { name, owner, contacts, grants, introspects, redirectUris, firstParty } = changed.after;
  const now = { name, owner, contacts, grants, introspects, redirectUris, firstParty };
  await note(store, 'client.changed', id, operator, now);
  return { endedTokens };
}

type Rights = Pick<Client, 'grants' | 'firstParty'>;

/** Whether `after` may do less at any API than `before`, or has to ask for it. */
function isLess(after: Rights, before: Rights): boolean {
  if (before.firstParty && !after.firstParty) return true;
  return before.grants.some(({ audience, scopes, roles }) => {
    const grant = after.grants.find((one) => one.audience === audience);
    if (grant === undefined) return true;
    return (
      scopes.some((scope) => !grant.scopes.includes(scope)) ||
      roles.some((role) => !grant.roles.includes(role))
    );
  });
}

/**
 * Gives a client another secret; the one it has goes on for a while.
 *
 * @param overlap milliseconds
 * @returns the new secret, which is not kept; undefined when there is no such client, or it uses none
 */
export async function rotateSecret(
  store: Store,
  id: string,
  overlap: number,
  operator: Operator,
): Promise<string | undefined> {
  const client = await store.clients.find(id);
  if (client?.authMethod !== 'client_secret') return undefined;
  const { secret, stored } = newSecret(operator.now);
  if (!(await store.clients.rotateSecret(id, stored, operator.now + overlap))) return undefined;
  await note(store, 'client.secret_rotated', id, operator, { overlapSeconds: overlap / 1000 });
  return secret;
}

/**
 * Keeps a client from getting tokens, and ends those that it has.
 *
 * @returns false when there is no such client, or it is disabled already
 */
export async function disableClient(store: Store, id: string, operator: Operator): Promise<boolean> {
  const changed = await store.clients.setDisabled(id, operator.now);
  if (!changed && (await store.clients.find(id)) === undefined) return false;
  // Also when it was disabled already: whoever did that may have been cut short here.
  await store.artifacts.end({ clientId: id });
  await endTokens(store, id, operator);
  if (changed) await note(store, 'client.disabled', id, operator);
  return changed;
}

/** @returns false when there is no such client, or it is not disabled */
export async function enableClient(store: Store, id: string, operator: Operator): Promise<boolean> {
  if (!(await store.clients.setDisabled(id, undefined))) return false;
  await note(store, 'client.enabled', id, operator);
  return true;
}

/** Forgets a client, and ends the tokens that it has. @returns false when there is no such client */
export async function deleteClient(store: Store, id: string, operator: Operator): Promise<boolean> {
  // Its tokens first: were it cut short between the two, the client could be deleted once more.
  if ((await store.clients.find(id)) === undefined) return false;
  await store.clients.setDisabled(id, operator.now);
  await endTokens(store, id, operator);
  await store.artifacts.end({ clientId: id });
  await store.clients.delete(id);
  await note(store, 'client.deleted', id, operator);
  return true;
}

/** When the newest secret of a client was made; milliseconds since the epoch. */
export function secretMadeAt({ secrets }: Pick<Client, 'secrets'>): number | undefined {
  return secrets.at(-1)?.createdAt;
}

/** After what keeps it from getting others: those end that were issued until now. */
function endTokens(store: Store, id: string, { issuer, actor }: Operator): Promise<void> {
  const now = Date.now();
  return revoke(store, { issuer, by: 'client', value: id, issuedBefore: untilNow(now) }, { now, actor });
}

function note(
  store: Store,
  type: string,
  client: string,
  { actor, now }: Operator,
  detail?: Readonly<Record<string, unknown>>,
): Promise<void> {
  return store.audit.append({ at: now, type, outcome: 'success', actor, client, ...(detail && { detail }) });
}
