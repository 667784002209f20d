import { renderSVG } from 'uqr';
import { normalEmail } from '../accounts/email.ts';
import { LINK_VALUE, newLinkValue } from '../accounts/links.ts';
import { changeAccount, setPassword } from '../accounts/manage.ts';
import { hashPassword } from '../accounts/password-hash.ts';
import { inGroups, Totp } from '../accounts/totp.ts';
import { endpointUrl } from '../listener/public-paths.ts';
import { LETTERS } from '../mail/letters.ts';
import { endSessions } from '../sessions/end-sessions.ts';
import { withdrawConsent } from '../sessions/withdraw-consent.ts';
import { changeable, factorChanged, owned, siteOf, tellOwner } from './account-changes.ts';
import { accountPage } from './account-page.ts';
import type { Owner } from './account-session.ts';
import type { Desk, PageRoute } from './desk.ts';
import { Html, html } from './html.ts';
import { visitorOf } from './interaction.ts';
import type { PageRequest } from './page-request.ts';
import { doerOf, faultOf } from './password-pages.ts';
import { notice, redirect } from './respond.ts';
import { TEXT } from './text.ts';

const text = TEXT.account;
const MAX_NAME = 100;
/** The kind under which the secret of an authenticator application is kept until it has shown a code. */
const NEW_TOTP = 'NewTotp';
/** Milliseconds. */
const NEW_TOTP_LIFETIME = 15 * 60_000;

export const accountRoutes: readonly PageRoute[] = [
  { pattern: /^\/account$/, GET: (page, desk) => accountPage(page, desk) },
  {
    pattern: /^\/account\/signed-in$/,
    GET: async (page, desk) => redirect(page.response, desk.writer.path('/account')),
  },
  {
    pattern: /^\/account\/name$/,
    POST: owned(async (page, desk, { account }) => {
      const name = page.field('name').trim().slice(0, MAX_NAME);
      if (name === '') return accountPage(page, desk, { fault: text.nameEmpty });
      await changeAccount(desk.store, account.id, () => ({ name }), doerOf(page, desk, account.id));
      await accountPage(page, desk, { good: text.saved });
    }),
  },
  {
    pattern: /^\/account\/email$/,
    POST: changeable(async (page, desk, { account }) => {
      const email = normalEmail(page.field('email'));
      if (email === undefined) return accountPage(page, desk, { fault: text.noEmail });
      if (desk.limits.mail(email, page.address) === 0) {
        // Whether the address is somebody else's is told to nobody: the link would say so to its owner only.
        const value = await newLinkValue(desk.store, 'verify_email', account.id, { email });
        const link = endpointUrl(desk.issuer, `/verify-email/${value}`);
        desk.mailer?.send(LETTERS.verifyEmail(email, siteOf(desk), link));
      }
      await accountPage(page, desk, { good: TEXT.mailSent.lead });
    }),
  },
  {
    pattern: /^\/verify-email\/([A-Za-z0-9_-]{1,64})$/,
    async GET(page, desk) {
      const { title, lead, submit } = TEXT.verifyEmail;
      const body = html`<h1>${title}</h1><p>${lead}</p><form method="post" action="${desk.writer.path(page.path)}"><button type="submit">${submit}</button></form>`;
      desk.writer.send(page.response, { title, body });
    },
    async POST(page, desk, value = '') {
      const now = Date.now();
      const link = LINK_VALUE.test(value)
        ? await desk.store.links.take(value, 'verify_email', now)
        : undefined;
      const { accountId, detail } = link ?? {};
      const email = detail?.['email'];
      const taken = email === undefined || (await desk.store.accounts.findByEmail(email)) !== undefined;
      if (accountId === undefined || taken)
        return say(page, desk, TEXT.linkGone.title, TEXT.linkGone.lead, 410);
      const before = await desk.store.accounts.find(accountId);
      const change = () => ({ email, emailVerifiedAt: now });
      await changeAccount(desk.store, accountId, change, doerOf(page, desk, accountId));
      if (before !== undefined) tellOwner(desk, before.email, text.emailChanged);
      say(page, desk, TEXT.verifyEmail.title, TEXT.verifyEmail.done);
    },
  },
  {
    pattern: /^\/account\/password$/,
    POST: owned(async (page, desk, { account, session }) => {
      if (account.passwordHash !== undefined) {
        const visitor = visitorOf(page, desk);
        const answer = await desk.signIn.byPassword(account.email, page.field('current'), visitor);
        if (!('account' in answer)) return accountPage(page, desk, { fault: text.wrongPassword });
      }
      const fault = await faultOf(page, [account.email, account.name]);
      if (fault !== undefined) return accountPage(page, desk, { fault });
      const hash = await hashPassword(page.field('password'));
      await setPassword(desk.store, account.id, hash, doerOf(page, desk, account.id), session);
      tellOwner(desk, account.email, text.passwordChanged);
      await accountPage(page, desk, { good: text.passwordChanged });
    }),
  },
  {
    pattern: /^\/account\/authenticator\/new$/,
    POST: changeable(async (page, desk, owner) => {
      const secret = Totp.newSecret();
      await desk.store.artifacts.save(NEW_TOTP, owner.session, {
        payload: { secret },
        accountId: owner.account.id,
        clientId: undefined,
        grantId: undefined,
        sessionUid: owner.session,
        expiresAt: Date.now() + NEW_TOTP_LIFETIME,
      });
      setUpAuthenticator(page, desk, owner, secret);
    }),
  },
  {
    pattern: /^\/account\/authenticator\/confirm$/,
    POST: changeable(async (page, desk, owner) => {
      const { account, session } = owner;
      const kept = await desk.store.artifacts.find(NEW_TOTP, session);
      const secret = kept?.payload['secret'];
      if (typeof secret !== 'string' || kept === undefined || kept.expiresAt < Date.now())
        return accountPage(page, desk, { fault: TEXT.errors.expired });
      const code = page.field('code').replace(/\s/g, '');
      if (!Totp.shows(secret, code, Date.now())) {
        return setUpAuthenticator(page, desk, owner, secret, TEXT.code.wrong);
      }
      const codes = await desk.totp.setUp(account.id, secret);
      await desk.store.artifacts.delete(NEW_TOTP, session);
      await factorChanged(page, desk, owner, 'authenticator.added');
      const { title, lead } = TEXT.recovery;
      const body = html`<h1>${title}</h1><p>${lead}</p><ul class="codes code">${codes.map((one) => html`<li>${inGroups(one)}</li>`)}</ul>
<p><a class="button" href="${desk.writer.path('/account')}">${TEXT.continue}</a></p>`;
      desk.writer.send(page.response, { title, body });
    }),
  },
  {
    pattern: /^\/account\/authenticator\/remove$/,
    POST: changeable(async (page, desk, owner) => {
      await desk.totp.remove(owner.account.id);
      await factorChanged(page, desk, owner, 'authenticator.removed');
      await accountPage(page, desk, { good: text.factorRemoved });
    }),
  },
  {
    pattern: /^\/account\/identities\/remove$/,
    POST: changeable(async (page, desk, owner) => {
      const identity = { issuer: page.field('issuer'), subject: page.field('subject') };
      if (await desk.store.accounts.removeIdentity(owner.account.id, identity))
        await factorChanged(page, desk, owner, 'identity.removed');
      await accountPage(page, desk, { good: text.factorRemoved });
    }),
  },
  {
    pattern: /^\/account\/sessions\/end$/,
    POST: owned(async (page, desk, { account }) => {
      const context = { ...contextOf(page, desk, account.id) };
      await endSessions(desk.store, account.id, { uid: page.field('session') }, 'ended_by_owner', context);
      redirect(page.response, desk.writer.path('/account'));
    }),
  },
  {
    pattern: /^\/account\/sessions\/end-others$/,
    POST: owned(async (page, desk, { account, session }) => {
      const context = { ...contextOf(page, desk, account.id) };
      await endSessions(desk.store, account.id, { except: session }, 'ended_by_owner', context);
      redirect(page.response, desk.writer.path('/account'));
    }),
  },
  {
    pattern: /^\/account\/consents\/withdraw$/,
    POST: owned(async (page, desk, { account }) => {
      await withdrawConsent(desk.store, account.id, page.field('client'), contextOf(page, desk, account.id));
      redirect(page.response, desk.writer.path('/account'));
    }),
  },
];

function setUpAuthenticator(
  page: PageRequest,
  { writer, issuer }: Desk,
  { account }: Owner,
  secret: string,
  fault?: string,
): void {
  const { title, lead, byHand, submit } = TEXT.authenticator;
  const uri = Totp.uri(secret, new URL(issuer).host, account.email);
  const body = html`
<h1>${title}</h1>
<p>${lead}</p>
${notice(fault)}
<div class="qr" role="img" aria-label="${TEXT.authenticator.picture}">${new Html(renderSVG(uri, { border: 0 }))}</div>
<p class="soft">${byHand}</p><p class="code">${secret.replace(/(.{4})(?=.)/g, '$1 ')}</p>
<form method="post" action="${writer.path('/account/authenticator/confirm')}">
<label for="code">${TEXT.code.label}</label>
<input id="code" name="code" class="code" inputmode="numeric" autocomplete="one-time-code" required maxlength="12">
<button type="submit">${submit}</button>
</form>
<p><a href="${writer.path('/account')}">${TEXT.cancel}</a></p>
`;
  writer.send(page.response, { title, body, status: fault === undefined ? 200 : 400 });
}

function contextOf(page: PageRequest, { issuer }: Desk, accountId: string) {
  return { actor: `account:${accountId}`, issuer, requestId: page.id, address: page.address };
}

function say(page: PageRequest, { writer }: Desk, title: string, lead: string, status = 200): void {
  const body = html`<h1>${title}</h1>${notice(lead, status === 200 ? 'good' : 'bad')}<p><a class="button" href="${writer.path('/account')}">${text.open}</a></p>`;
  writer.send(page.response, { title, body, status });
}
