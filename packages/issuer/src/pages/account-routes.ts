import { changeAccount, contextOf, setPassword } from '../accounts/manage.ts';
import { hashPassword } from '../accounts/password-hash.ts';
import { endSessions } from '../sessions/end-sessions.ts';
import { withdrawConsent } from '../sessions/withdraw-consent.ts';
import { TEXT } from '../text.ts';
import { changeable, factorChanged, isLastWayIn, owned } from './account-changes.ts';
import { accountPage } from './account-page.ts';
import { isRecent, signInFirst } from './account-session.ts';
import type { PageRoute } from './desk.ts';
import { doerOf, tellOwner } from './doer.ts';
import { askerOf, visitorOf } from './interaction.ts';
import { faultOf, givenName } from './password-fields.ts';
import { redirect } from './respond.ts';

const text = TEXT.account;

export const accountRoutes: readonly PageRoute[] = [
  {
    pattern: /^\/$/,
    GET: async (page, desk) => redirect(page.response, desk.writer.path('/account')),
  },
  { pattern: /^\/account$/, GET: (page, desk) => accountPage(page, desk) },
  {
    pattern: /^\/account\/signed-in$/,
    GET: async (page, desk) => redirect(page.response, desk.writer.path('/account')),
  },
  {
    pattern: /^\/account\/name$/,
    POST: owned(async (page, desk, { account }) => {
      const name = givenName(page);
      if (name === '') return accountPage(page, desk, { fault: text.nameEmpty });
      await changeAccount(desk.store, account.id, () => ({ name }), doerOf(page, desk, account.id));
      await accountPage(page, desk, { good: text.saved });
    }),
  },
  {
    pattern: /^\/account\/password$/,
    POST: owned(async (page, desk, owner) => {
      const { account, session } = owner;
      // Who has none shows in another way that they are not somebody else at their browser.
      if (account.passwordHash === undefined && !isRecent(owner)) return signInFirst(page, desk);
      if (account.passwordHash !== undefined) {
        const visitor = visitorOf(page, desk);
        const answer = await desk.signIn.byPassword(account.email, page.field('current'), visitor);
        if (!('account' in answer)) return accountPage(page, desk, { fault: text.wrongPassword });
      }
      const fault = await faultOf(page, [account.email, account.name]);
      if (fault !== undefined) return accountPage(page, desk, { fault });
      const hash = await hashPassword(page.field('password'), askerOf(page));
      await setPassword(desk.store, account.id, hash, doerOf(page, desk, account.id), session);
      tellOwner(desk, account.email, text.passwordChanged);
      await accountPage(page, desk, { good: text.passwordChanged });
    }),
  },
  {
    pattern: /^\/account\/identities\/remove$/,
    POST: changeable(async (page, desk, owner) => {
      if (await isLastWayIn(desk, owner.account)) return accountPage(page, desk, { fault: text.lastWayIn });
      const identity = { issuer: page.field('issuer'), subject: page.field('subject') };
      if (!(await desk.store.accounts.removeIdentity(owner.account.id, identity)))
        return accountPage(page, desk);
      await factorChanged(page, desk, owner, 'identity.removed');
      await accountPage(page, desk, { good: text.factorRemoved });
    }),
  },
  {
    pattern: /^\/account\/sessions\/end$/,
    POST: owned(async (page, desk, { account: { id } }) => {
      const context = contextOf(doerOf(page, desk, id));
      await endSessions(desk.store, id, { uid: page.field('session') }, 'ended_by_owner', context);
      redirect(page.response, desk.writer.path('/account'));
    }),
  },
  {
    pattern: /^\/account\/sessions\/end-others$/,
    POST: owned(async (page, desk, { account: { id }, session }) => {
      const context = contextOf(doerOf(page, desk, id));
      await endSessions(desk.store, id, { except: session }, 'ended_by_owner', context);
      redirect(page.response, desk.writer.path('/account'));
    }),
  },
  {
    pattern: /^\/account\/consents\/withdraw$/,
    POST: owned(async (page, desk, { account: { id } }) => {
      await withdrawConsent(desk.store, id, page.field('client'), contextOf(doerOf(page, desk, id)));
      redirect(page.response, desk.writer.path('/account'));
    }),
  },
];
