import type { Account, LinkPurpose } from '@portcullis/store';
import { newLink } from '../accounts/links.ts';
import { addAccount, note, setPassword } from '../accounts/manage.ts';
import { hashPassword } from '../accounts/password-hash.ts';
import type { PageRequest } from '../listener/page-request.ts';
import { endpointUrl } from '../listener/public-paths.ts';
import { LETTERS, TEXT } from '../text.ts';
import type { Desk, PageRoute } from './desk.ts';
import { doerOf, siteOf, strangerOf, tellOwner } from './doer.ts';
import { html } from './html.ts';
import { askerOf, rememberDevice } from './interaction.ts';
import { faultOf, givenName, nameField, newPasswordFields, usernameField } from './password-fields.ts';
import { notice } from './respond.ts';
import {
  accountOfLink,
  linkAction,
  linkIsGone,
  linkOf,
  mailIsOnItsWay,
  mailTo,
  takeLink,
} from './sent-links.ts';

/** Links that let their bearer choose a password for an account. */
const CHOOSING: readonly LinkPurpose[] = ['reset_password', 'invitation'];

export const passwordRoutes: readonly PageRoute[] = [
  {
    pattern: /^\/forgot-password$/,
    GET: async (page, desk) => askForEmail(page, desk, 'forgot'),
    async POST(page, desk) {
      await mailTo(page, desk, 'reset_password', async (_email, account) => {
        if (account?.disabledAt !== undefined || account === undefined) return;
        await sendReset(desk, account);
        await note(desk.store, 'password.reset_asked', account.id, strangerOf(page, desk));
      });
      mailIsOnItsWay(page, desk);
    },
  },
  {
    pattern: /^\/set-password$/,
    async GET(page, desk) {
      const account = await accountOfLink(desk, await linkOf(page, desk, CHOOSING));
      if (account === undefined) linkIsGone(page, desk);
      else choosePassword(page, desk, { ...wordsFor(account), email: account.email });
    },
    async POST(page, desk) {
      const account = await accountOfLink(desk, await linkOf(page, desk, CHOOSING));
      if (account === undefined) return linkIsGone(page, desk);
      const fault = await faultOf(page, [account.email, account.name]);
      if (fault !== undefined) {
        return choosePassword(page, desk, { ...wordsFor(account), email: account.email, fault });
      }
      // Before the link is used up: should there be no room for this work, it can be tried again.
      const hash = await hashPassword(page.field('password'), askerOf(page));
      if ((await takeLink(page, desk, CHOOSING)) === undefined) return linkIsGone(page, desk);
      if (account.passwordHash !== undefined) tellOwner(desk, account.email, TEXT.account.passwordChanged);
      await setPassword(desk.store, account.id, hash, doerOf(page, desk, account.id));
      // Whoever reads mail to the address has shown that it is theirs, and is not held up by who guesses at it.
      await desk.store.accounts.change(account.id, ({ emailVerifiedAt }) => ({
        emailVerifiedAt: emailVerifiedAt ?? Date.now(),
      }));
      await rememberDevice(page, desk, account.id);
      done(page, desk, TEXT.setPassword.done);
    },
  },
  {
    pattern: /^\/register$/,
    async GET(page, desk) {
      if (desk.registration !== 'open') closed(page, desk);
      else if (!page.query.has('link')) askForEmail(page, desk, 'register');
      else await showRegistration(page, desk);
    },
    async POST(page, desk) {
      if (desk.registration !== 'open') return closed(page, desk);
      if (page.query.has('link')) return register(page, desk);
      await mailTo(page, desk, 'registration', (email, account) => sendRegistration(desk, email, account));
      mailIsOnItsWay(page, desk);
    },
  },
];

async function showRegistration(page: PageRequest, desk: Desk): Promise<void> {
  const email = (await linkOf(page, desk, ['registration']))?.detail['email'];
  if (email === undefined) linkIsGone(page, desk);
  else choosePassword(page, desk, { ...TEXT.finishRegistration, email, name: '' });
}

/** Whoever has no password yet is signed in nowhere. */
function wordsFor({ passwordHash }: Account): Omit<Choice, 'email'> {
  return passwordHash === undefined
    ? { ...TEXT.setPassword, lead: TEXT.setPassword.first }
    : TEXT.setPassword;
}

async function register(page: PageRequest, desk: Desk): Promise<void> {
  const email = (await linkOf(page, desk, ['registration']))?.detail['email'];
  if (email === undefined) return linkIsGone(page, desk);
  const name = givenName(page) || email.slice(0, email.indexOf('@'));
  const fault = await faultOf(page, [email, name]);
  if (fault !== undefined) {
    return choosePassword(page, desk, { ...TEXT.finishRegistration, email, name, fault });
  }
  const passwordHash = await hashPassword(page.field('password'), askerOf(page));
  if ((await takeLink(page, desk, ['registration'])) === undefined) return linkIsGone(page, desk);
  if ((await desk.store.accounts.findByEmail(email)) === undefined) {
    const account = { email, name, passwordHash, roles: [], administrator: false, emailVerified: true };
    await addAccount(desk.store, account, strangerOf(page, desk));
  }
  done(page, desk, TEXT.register.done);
}

/** Mails somebody a link by which they choose a new password. */
async function sendReset(desk: Desk, account: Account): Promise<void> {
  const link = await newLink(desk.store, desk.issuer, 'reset_password', account.id, {});
  desk.mailer?.send(LETTERS.resetPassword(account.email, siteOf(desk), link));
}

async function sendRegistration(desk: Desk, email: string, account: Account | undefined): Promise<void> {
  if (account !== undefined) {
    const link = endpointUrl(desk.issuer, '/forgot-password');
    desk.mailer?.send(LETTERS.alreadyRegistered(email, siteOf(desk), link));
    return;
  }
  const link = await newLink(desk.store, desk.issuer, 'registration', undefined, { email });
  desk.mailer?.send(LETTERS.register(email, siteOf(desk), link));
}

function askForEmail(page: PageRequest, { writer }: Desk, what: 'forgot' | 'register'): void {
  const { title, lead, submit } = TEXT[what];
  const body = html`
<h1>${title}</h1>
<p>${lead}</p>
<form method="post" action="${writer.path(page.path)}">
<label for="email">${TEXT.email}</label>
<input id="email" name="email" type="email" autocomplete="email" required maxlength="254">
<button type="submit">${submit}</button>
</form>
`;
  writer.send(page.response, { title, body });
}

interface Choice {
  readonly title: string;
  readonly lead: string;
  readonly submit: string;
  /** Whose password it is. */
  readonly email: string;
  /** Asked for, too, where it is given. */
  readonly name?: string;
  readonly fault?: string;
}

function choosePassword(page: PageRequest, desk: Desk, choice: Choice): void {
  const { title, lead, submit, email, name, fault } = choice;
  const body = html`
<h1>${title}</h1>
<p>${lead}</p>
<p class="soft">${email}</p>
${notice(fault)}
<form method="post" action="${linkAction(page, desk)}">
${usernameField(email)}
${name === undefined ? undefined : nameField(name)}
${newPasswordFields()}
<button type="submit">${submit}</button>
</form>
`;
  desk.writer.send(page.response, { title, body, status: fault === undefined ? 200 : 400 });
}

function closed(page: PageRequest, { writer }: Desk): void {
  const { title, closed: lead } = TEXT.register;
  writer.send(page.response, { title, body: html`<h1>${title}</h1>${notice(lead)}`, status: 403 });
}

function done(page: PageRequest, { writer }: Desk, text: string): void {
  const { title } = TEXT.setPassword;
  const body = html`<h1>${title}</h1>${notice(text, 'good')}<p><a class="button" href="${writer.path('/account')}">${TEXT.account.open}</a></p>`;
  writer.send(page.response, { title, body });
}
