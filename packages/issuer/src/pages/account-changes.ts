import { endOthers, note } from '../accounts/manage.ts';
import { endpointUrl } from '../listener/public-paths.ts';
import { LETTERS } from '../mail/letters.ts';
import { isRecent, type Owner, ownerOf, signInFirst } from './account-session.ts';
import type { Desk, PageHandler } from './desk.ts';
import type { PageRequest } from './page-request.ts';
import { doerOf } from './password-pages.ts';
import { TEXT } from './text.ts';

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

/** Tells somebody by mail what was done to their account: it may not have been they. */
export function tellOwner(desk: Desk, email: string, what: string): void {
  const link = endpointUrl(desk.issuer, '/forgot-password');
  desk.mailer?.send(LETTERS.changed(email, siteOf(desk), what, link));
}

/** What our mails call us. */
export function siteOf({ issuer }: Desk): string {
  return new URL(issuer).host;
}
