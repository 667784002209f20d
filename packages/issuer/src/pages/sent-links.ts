import type { Account, LinkPurpose, OneTimeLink } from '@portcullis/store';
import { normalEmail } from '../accounts/email.ts';
import { LINK_VALUE } from '../accounts/links.ts';
import type { PageRequest } from '../listener/page-request.ts';
import { TEXT } from '../text.ts';
import type { Desk } from './desk.ts';
import { html } from './html.ts';
import { notice } from './respond.ts';

/** The link that a page was opened by, while it is good; it stays so. */
export async function linkOf(
  page: PageRequest,
  { store }: Desk,
  purposes: readonly LinkPurpose[],
): Promise<OneTimeLink | undefined> {
  const value = page.query.get('link') ?? '';
  if (!LINK_VALUE.test(value)) return undefined;
  for (const purpose of purposes) {
    const link = await store.links.find(value, purpose, Date.now());
    if (link !== undefined) return link;
  }
  return undefined;
}

/** Uses that link up. */
export async function takeLink(
  page: PageRequest,
  { store }: Desk,
  purposes: readonly LinkPurpose[],
): Promise<OneTimeLink | undefined> {
  const value = page.query.get('link') ?? '';
  for (const purpose of purposes) {
    const link = await store.links.take(value, purpose, Date.now());
    if (link !== undefined) return link;
  }
  return undefined;
}

/** Whose link it is, unless they are disabled. */
export async function accountOfLink(
  { store }: Desk,
  link: OneTimeLink | undefined,
): Promise<Account | undefined> {
  const account = link?.accountId === undefined ? undefined : await store.accounts.find(link.accountId);
  return account?.disabledAt === undefined ? account : undefined;
}

/** Where the form of such a page is sent to: the same link. */
export function linkAction(page: PageRequest, { writer }: Desk): string {
  return writer.path(`${page.path}?${new URLSearchParams({ link: page.query.get('link') ?? '' })}`);
}

/**
 * Sends a mail where that can be done. Nothing of what is answered tells whether there is an account: not the page, and not
 * how long it takes.
 *
 * @param purpose what the mail is for
 */
export async function mailTo(
  page: PageRequest,
  { store, limits }: Desk,
  purpose: string,
  send: (email: string, account: Account | undefined) => Promise<void>,
): Promise<void> {
  const email = normalEmail(page.field('email'));
  if (email === undefined || limits.mail(purpose, email, page.address) > 0) return;
  const account = await store.accounts.findByEmail(email);
  void send(email, account).catch(() => {}); // the page does not wait for what only some have to be sent
}

export function mailIsOnItsWay(page: PageRequest, { writer }: Desk): void {
  const { title, lead } = TEXT.mailSent;
  writer.send(page.response, { title, body: html`<h1>${title}</h1><p>${lead}</p>` });
}

export function linkIsGone(page: PageRequest, { writer }: Desk): void {
  const { title, lead, again } = TEXT.linkGone;
  const body = html`<h1>${title}</h1>${notice(lead)}<p><a href="${writer.path('/forgot-password')}">${again}</a></p>`;
  writer.send(page.response, { title, body, status: 410 });
}
