import type { Account } from '@portcullis/store';
import { endOthers, note } from '../accounts/manage.ts';
import type { PageRequest } from '../listener/page-request.ts';
import { TEXT } from '../text.ts';
import { isRecent, type Owner, ownerOf, signInFirst } from './account-session.ts';
import type { Desk, PageHandler } from './desk.ts';
import { doerOf, tellOwner } from './doer.ts';

type OwnerHandler = (page: PageRequest, desk: Desk, owner: Owner) => Promise<void>;

/** For who is signed in. */
export function owned(handler: OwnerHandler): PageHandler {
  return async (page, desk) => {
    const owner = await ownerOf(page, desk);
    if (owner === undefined) signInFirst(page, desk);
    else await handler(page, desk, owner);
  };
}

/** For who has shown a moment ago who they are: whoever finds a browser that is left open changes no lock. */
export function changeable(handler: OwnerHandler): PageHandler {
  return owned(async (page, desk, owner) => {
    if (isRecent(owner)) await handler(page, desk, owner);
    else signInFirst(page, desk);
  });
}

/** Another way to sign in, or one less: sessions that were begun before end, and its owner hears of it. */
export async function factorChanged(
  page: PageRequest,
  desk: Desk,
  { account, session }: Owner,
  type: string,
): Promise<void> {
  const doer = doerOf(page, desk, account.id);
  await endOthers(desk.store, account.id, session, 'factor_changed', doer);
  await note(desk.store, `account.${type}`, account.id, doer);
  tellOwner(desk, account.email, TEXT.account.factorsChanged);
}

/** Whether an account has one way to sign in, and no mail by which it could get another. */
export async function isLastWayIn({ store, mailer }: Desk, { id, passwordHash }: Account): Promise<boolean> {
  if (passwordHash !== undefined || mailer !== undefined) return false;
  const [passkeys, identities] = [await store.passkeys.list(id), await store.accounts.identitiesOf(id)];
  return passkeys.length + identities.length < 2;
}
