import { randomUUID } from 'node:crypto';
import type { Account, AccountChanges, ApiRoles, Identity, Store } from '@portcullis/store';
import type { Operator } from '../clients/manage.ts';
import { type EndReason, endEverything, endSessions } from '../sessions/end-sessions.ts';

export interface AccountToAdd {
  /** As `normalEmail` makes it. */
  readonly email: string;
  readonly name: string;
  /** As `hashPassword` makes it; undefined where they choose one by a link, or sign in by other means. */
  readonly passwordHash: string | undefined;
  readonly roles: readonly ApiRoles[];
  readonly administrator: boolean;
  /** Whether somebody knows that the address is theirs. */
  readonly emailVerified: boolean;
}

/** Who does it: somebody at the console, or the account itself. */
export type Doer = Operator & { readonly requestId?: string; readonly address?: string };

/**
 * Adds an account.
 *
 * @param identity who they are at another provider
 * @throws {StoreError} `exists` when the email is somebody's
 */
export async function addAccount(
  store: Store,
  account: AccountToAdd,
  doer: Doer,
  identity?: Identity,
): Promise<string> {
  const id = randomUUID();
  const { email, name, passwordHash, roles, administrator, emailVerified } = account;
  const whole = {
    id,
    email,
    name,
    roles,
    administrator,
    emailVerifiedAt: emailVerified ? doer.now : undefined,
    passwordHash,
    createdAt: doer.now,
  };
  await store.accounts.add(whole, identity);
  await note(store, 'account.added', id, doer, { administrator, roles });
  return id;
}

/**
 * Gives somebody another password: whoever is signed in by the old one, or got a link to set another, is so no more.
 *
 * @param passwordHash as `hashPassword` makes it
 * @param keep the session in which its owner does this, which goes on
 */
export async function setPassword(
  store: Store,
  id: string,
  passwordHash: string,
  doer: Doer,
  keep?: string,
): Promise<void> {
  // Before it is changed, too: what is cut short between the two leaves nobody in by the old one.
  await endOthers(store, id, keep, 'password_changed', doer);
  if ((await store.accounts.change(id, () => ({ passwordHash }))) === undefined) return;
  await endOthers(store, id, keep, 'password_changed', doer);
  await note(store, 'account.password_changed', id, doer);
}

/**
 * Changes what somebody is called, or may do. Whoever may do less than before is signed out everywhere.
 *
 * @returns the account as it is; undefined when there is none
 */
export async function changeAccount(
  store: Store,
  id: string,
  plan: (account: Account) => AccountChanges,
  doer: Doer,
): Promise<Account | undefined> {
  const account = await store.accounts.find(id);
  if (account === undefined) return undefined;
  // Before it is changed, so that it is made up for when this is cut short and done again; and after, for those got meanwhile.
  if (isLess({ ...account, ...plan(account) }, account)) await end(store, id, 'roles_changed', doer);
  const changed = await store.accounts.change(id, plan);
  if (changed === undefined) return undefined;
  const { before, after } = changed;
  if (isLess(after, before)) await end(store, id, 'roles_changed', doer);
  const { email, name, roles, administrator } = after;
  await note(store, 'account.changed', id, doer, {
    renamed: name !== before.name,
    moved: email !== before.email,
    roles,
    administrator,
  });
  return after;
}

function isLess(after: Account, before: Account): boolean {
  if (before.administrator && !after.administrator) return true;
  return before.roles.some(({ audience, roles }) => {
    const kept = after.roles.find((one) => one.audience === audience)?.roles ?? [];
    return roles.some((role) => !kept.includes(role));
  });
}

/** Keeps somebody from signing in, and ends all that they are signed in to. @returns false when it is so already */
export async function disableAccount(store: Store, id: string, doer: Doer): Promise<boolean> {
  const changed = await store.accounts.change(id, ({ disabledAt }) => ({
    disabledAt: disabledAt ?? doer.now,
  }));
  if (changed === undefined) return false;
  const before = changed.before.disabledAt !== undefined;
  // Also when it was disabled already: whoever did that may have been cut short here.
  await end(store, id, 'account_disabled', doer);
  if (!before) await note(store, 'account.disabled', id, doer);
  return !before;
}

export async function enableAccount(store: Store, id: string, doer: Doer): Promise<boolean> {
  const changed = await store.accounts.change(id, () => ({ disabledAt: undefined }));
  if (changed?.before.disabledAt === undefined) return false;
  await note(store, 'account.enabled', id, doer);
  return true;
}

/** Forgets somebody, and ends all that they are signed in to. */
export async function deleteAccount(store: Store, id: string, doer: Doer): Promise<void> {
  await store.accounts.change(id, ({ disabledAt }) => ({ disabledAt: disabledAt ?? doer.now }));
  await end(store, id, 'account_deleted', doer);
  await store.accounts.delete(id);
  await note(store, 'account.deleted', id, doer);
}

/** Ends all that somebody is signed in to. @returns how many sessions there were */
export async function signOutEverywhere(store: Store, id: string, doer: Doer): Promise<number> {
  return end(store, id, 'operator', doer);
}

/** Takes ways to sign in away that somebody has lost; they are signed out everywhere. */
export async function removeFactors(
  store: Store,
  id: string,
  which: { readonly authenticator: boolean; readonly passkeys: boolean },
  doer: Doer,
): Promise<void> {
  if (which.authenticator) await store.accounts.setTotp(id, undefined, []);
  if (which.passkeys)
    for (const passkey of await store.passkeys.list(id)) await store.passkeys.delete(id, passkey.id);
  if (!which.authenticator && !which.passkeys) return;
  await end(store, id, 'factor_changed', doer);
  await note(store, 'account.factors_removed', id, doer, which);
}

/** Ends all sessions but one; without one, the access tokens of sessions that are gone already, too. */
export async function endOthers(
  store: Store,
  id: string,
  keep: string | undefined,
  why: EndReason,
  doer: Doer,
): Promise<void> {
  if (keep === undefined) await end(store, id, why, doer);
  else await endSessions(store, id, { except: keep }, why, contextOf(doer));
}

function end(store: Store, id: string, why: EndReason, doer: Doer): Promise<number> {
  return endEverything(store, id, why, contextOf(doer));
}

/** Who does it, as what ends sessions takes it. */
export function contextOf({ actor, issuer, requestId, address }: Doer): {
  actor: string;
  issuer: string;
  requestId?: string;
  address?: string;
} {
  return {
    actor,
    issuer,
    ...(requestId !== undefined && { requestId }),
    ...(address !== undefined && { address }),
  };
}

export function note(
  store: Store,
  type: string,
  subject: string,
  { actor, now, requestId, address }: Doer,
  detail?: Readonly<Record<string, unknown>>,
): Promise<void> {
  return store.audit.append({
    at: now,
    type,
    outcome: 'success',
    actor,
    subject,
    ...(requestId !== undefined && { requestId }),
    ...(address !== undefined && { address }),
    ...(detail && { detail }),
  });
}
