import type { LinkPurpose } from '@portcullis/store';
import { normalEmail } from '../accounts/email.ts';
import { newLink } from '../accounts/links.ts';
import { changeAccount, signOutEverywhere } from '../accounts/manage.ts';
import type { PageRequest } from '../listener/page-request.ts';
import { LETTERS, TEXT } from '../text.ts';
import { changeable } from './account-changes.ts';
import { accountPage } from './account-page.ts';
import type { Desk, PageRoute } from './desk.ts';
import { doerOf, siteOf } from './doer.ts';
import { html } from './html.ts';
import { notice, redirect } from './respond.ts';
import { accountOfLink, linkAction, linkIsGone, linkOf, takeLink } from './sent-links.ts';

/** Changing an address of mail: the new one confirms it, and the old one can take it back. */
export const emailRoutes: readonly PageRoute[] = [
  {
    pattern: /^\/account\/email$/,
    POST: changeable(async (page, desk, { account }) => {
      const email = normalEmail(page.field('email'));
      if (email === undefined) return accountPage(page, desk, { fault: TEXT.account.noEmail });
      if (desk.limits.mail('verify_email', email, page.address) === 0) {
        // Whether the address is somebody else's is told to nobody: the link would say so to its owner only.
        const link = await newLink(desk.store, desk.issuer, 'verify_email', account.id, { email });
        desk.mailer?.send(LETTERS.verifyEmail(email, siteOf(desk), link));
      }
      await accountPage(page, desk, { good: TEXT.mailSent.lead });
    }),
  },
  {
    pattern: /^\/verify-email$/,
    GET: (page, desk) => confirm(page, desk, 'verify_email', TEXT.verifyEmail),
    async POST(page, desk) {
      const link = await takeLink(page, desk, ['verify_email']);
      const account = await accountOfLink(desk, link);
      const email = link?.detail['email'];
      if (account === undefined || email === undefined || (await isTaken(desk, email))) {
        return linkIsGone(page, desk);
      }
      const { id, email: before } = account;
      const change = () => ({ email, emailVerifiedAt: Date.now() });
      await changeAccount(desk.store, id, change, doerOf(page, desk, id));
      // What was sent to the address before opens nothing any more, but the way back.
      await desk.store.links.withdraw(id);
      const back = await newLink(desk.store, desk.issuer, 'restore_email', id, { email: before });
      desk.mailer?.send(LETTERS.moved(before, siteOf(desk), back));
      const { title, done } = TEXT.verifyEmail;
      const body = html`<h1>${title}</h1>${notice(done, 'good')}<p><a class="button" href="${desk.writer.path('/account')}">${TEXT.account.open}</a></p>`;
      desk.writer.send(page.response, { title, body });
    },
  },
  {
    pattern: /^\/restore-email$/,
    GET: (page, desk) => confirm(page, desk, 'restore_email', TEXT.restoreEmail),
    async POST(page, desk) {
      const link = await takeLink(page, desk, ['restore_email']);
      const account = await accountOfLink(desk, link);
      const email = link?.detail['email'];
      if (account === undefined || email === undefined || (await isTaken(desk, email))) {
        return linkIsGone(page, desk);
      }
      const doer = doerOf(page, desk, account.id);
      await changeAccount(desk.store, account.id, () => ({ email, emailVerifiedAt: Date.now() }), doer);
      await signOutEverywhere(desk.store, account.id, doer);
      // Whoever moved it knows the password.
      redirect(page.response, await newLink(desk.store, desk.issuer, 'reset_password', account.id, {}));
    },
  },
];

async function isTaken({ store }: Desk, email: string): Promise<boolean> {
  return (await store.accounts.findByEmail(email)) !== undefined;
}

/** A scanner of mails that opens a link does nothing by that. */
async function confirm(
  page: PageRequest,
  desk: Desk,
  purpose: LinkPurpose,
  { title, lead, submit }: Readonly<Record<'title' | 'lead' | 'submit', string>>,
): Promise<void> {
  const email = (await linkOf(page, desk, [purpose]))?.detail['email'];
  if (email === undefined) return linkIsGone(page, desk);
  const body = html`<h1>${title}</h1><p>${lead}</p><p class="soft">${email}</p><form method="post" action="${linkAction(page, desk)}"><button type="submit">${submit}</button></form>`;
  desk.writer.send(page.response, { title, body });
}
