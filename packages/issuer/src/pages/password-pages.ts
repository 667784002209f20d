import type { Account, LinkPurpose, OneTimeLink } from '@portcullis/store';
import { normalEmail } from '../accounts/email.ts';
import { LINK_VALUE, newLinkValue } from '../accounts/links.ts';
import { addAccount, type Doer, setPassword } from '../accounts/manage.ts';
import { hashPassword } from '../accounts/password-hash.ts';
import { passwordFault } from '../accounts/password-policy.ts';
import { endpointUrl } from '../listener/public-paths.ts';
import { LETTERS } from '../mail/letters.ts';
import type { Desk, PageRoute } from './desk.ts';
import { type Html, html } from './html.ts';
import type { PageRequest } from './page-request.ts';
import { notice } from './respond.ts';
import { passwordFaultText, TEXT } from './text.ts';

/** Links that let their bearer choose a password for an account. */
const CHOOSING: readonly LinkPurpose[] = ['reset_password', 'invitation'];

const MAX_NAME = 100;

export const passwordRoutes: readonly PageRoute[] = [
  {
    pattern: /^\/forgot-password$/,
    GET: async (page, desk) => askForEmail(page, desk, 'forgot'),
    async POST(page, desk) {
      await mailTo(page, desk, async (_email, account) => {
        if (account?.disabledAt !== undefined || account === undefined) return;
        await sendReset(desk, account);
        await note(desk, page, 'password.reset_asked', account);
      });
      mailIsOnItsWay(page, desk);
    },
  },
  {
    pattern: /^\/register$/,
    GET: async (page, desk) => {
      if (desk.registration === 'open') askForEmail(page, desk, 'register');
      else closed(page, desk);
    },
    async POST(page, desk) {
      if (desk.registration !== 'open') return closed(page, desk);
      await mailTo(page, desk, async (email, account) => {
        const site = new URL(desk.issuer).host;
        if (account === undefined) {
          const value = await newLinkValue(desk.store, 'registration', undefined, { email });
          desk.mailer?.send(LETTERS.register(email, site, endpointUrl(desk.issuer, `/register/${value}`)));
        } else {
          const link = endpointUrl(desk.issuer, '/forgot-password');
          desk.mailer?.send(LETTERS.alreadyRegistered(email, site, link));
        }
      });
      mailIsOnItsWay(page, desk);
    },
  },
  {
    pattern: /^\/set-password\/([A-Za-z0-9_-]{1,64})$/,
    async GET(page, desk, value = '') {
      const link = await find(desk, value, CHOOSING);
      if (link === undefined) linkIsGone(page, desk);
      else choosePassword(page, desk, { action: page.path, ...TEXT.setPassword });
    },
    async POST(page, desk, value = '') {
      const account = await accountOf(desk, await find(desk, value, CHOOSING));
      if (account === undefined) return linkIsGone(page, desk);
      const fault = await faultOf(page, [account.email, account.name]);
      if (fault !== undefined) {
        return choosePassword(page, desk, { action: page.path, ...TEXT.setPassword, fault });
      }
      // Before the link is used up: should there be no room for this work, it can be tried again.
      const hash = await hashPassword(page.field('password'));
      const link = await take(desk, value, CHOOSING);
      if (link === undefined) return linkIsGone(page, desk);
      await setPassword(desk.store, account.id, hash, doerOf(page, desk, account.id));
      // Whoever reads mail to the address has shown that it is theirs.
      await desk.store.accounts.change(account.id, ({ emailVerifiedAt }) => ({
        emailVerifiedAt: emailVerifiedAt ?? Date.now(),
      }));
      done(page, desk, TEXT.setPassword.done);
    },
  },
  {
    pattern: /^\/register\/([A-Za-z0-9_-]{1,64})$/,
    async GET(page, desk, value = '') {
      const link = await find(desk, value, ['registration']);
      if (link === undefined || desk.registration !== 'open') linkIsGone(page, desk);
      else choosePassword(page, desk, { action: page.path, ...TEXT.register, name: '' });
    },
    async POST(page, desk, value = '') {
      const link = await find(desk, value, ['registration']);
      const email = link?.detail['email'];
      if (email === undefined || desk.registration !== 'open') return linkIsGone(page, desk);
      const name = page.field('name').trim().slice(0, MAX_NAME) || email.slice(0, email.indexOf('@'));
      const fault = await faultOf(page, [email, name]);
      if (fault !== undefined) {
        return choosePassword(page, desk, { action: page.path, ...TEXT.register, name, fault });
      }
      const passwordHash = await hashPassword(page.field('password'));
      if ((await take(desk, value, ['registration'])) === undefined) return linkIsGone(page, desk);
      if ((await desk.store.accounts.findByEmail(email)) === undefined) {
        const account = { email, name, passwordHash, roles: [], administrator: false };
        const doer = { ...doerOf(page, desk, ''), actor: 'unknown' };
        await addAccount(desk.store, { ...account, emailVerified: true }, doer);
      }
      done(page, desk, TEXT.register.done);
    },
  },
];

/** Mails somebody a link by which they choose a new password. */
async function sendReset({ store, issuer, mailer }: Desk, account: Account): Promise<void> {
  const value = await newLinkValue(store, 'reset_password', account.id, {});
  const link = endpointUrl(issuer, `/set-password/${value}`);
  mailer?.send(LETTERS.resetPassword(account.email, new URL(issuer).host, link));
}

/** Nothing of what is answered tells whether there is an account: not the page, and not how long it takes. */
async function mailTo(
  page: PageRequest,
  { store, limits }: Desk,
  send: (email: string, account: Account | undefined) => Promise<void>,
): Promise<void> {
  const email = normalEmail(page.field('email'));
  if (email === undefined || limits.mail(email, page.address) > 0) return;
  const account = await store.accounts.findByEmail(email);
  void send(email, account).catch(() => {}); // the page does not wait for what only some have to be sent
}

async function find(
  { store }: Desk,
  value: string,
  purposes: readonly LinkPurpose[],
): Promise<OneTimeLink | undefined> {
  if (!LINK_VALUE.test(value)) return undefined;
  for (const purpose of purposes) {
    const link = await store.links.find(value, purpose, Date.now());
    if (link !== undefined) return link;
  }
  return undefined;
}

async function take(
  { store }: Desk,
  value: string,
  purposes: readonly LinkPurpose[],
): Promise<OneTimeLink | undefined> {
  for (const purpose of purposes) {
    const link = await store.links.take(value, purpose, Date.now());
    if (link !== undefined) return link;
  }
  return undefined;
}

async function accountOf({ store }: Desk, link: OneTimeLink | undefined): Promise<Account | undefined> {
  const account = link?.accountId === undefined ? undefined : await store.accounts.find(link.accountId);
  return account?.disabledAt === undefined ? account : undefined;
}

/** What is wrong with the password that was chosen, in words. */
export async function faultOf(page: PageRequest, about: readonly string[]): Promise<string | undefined> {
  const password = page.field('password');
  if (password !== page.field('repeated')) return TEXT.setPassword.differ;
  const fault = await passwordFault(password, about);
  return fault && passwordFaultText(fault);
}

export function doerOf(page: PageRequest, { issuer }: Desk, accountId: string): Doer {
  return {
    actor: `account:${accountId}`,
    issuer,
    now: Date.now(),
    requestId: page.id,
    address: page.address,
  };
}

async function note({ store }: Desk, page: PageRequest, type: string, account: Account): Promise<void> {
  await store.audit.append({
    at: Date.now(),
    type,
    outcome: 'success',
    actor: 'unknown',
    subject: account.id,
    address: page.address,
    requestId: page.id,
  });
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
  readonly action: string;
  readonly title: string;
  readonly lead: string;
  readonly submit: string;
  /** Asked for, too, where it is given. */
  readonly name?: string;
  readonly fault?: string;
}

function choosePassword(page: PageRequest, { writer }: Desk, choice: Choice): void {
  const { action, title, lead, submit, name, fault } = choice;
  const body = html`
<h1>${title}</h1>
<p>${lead}</p>
${notice(fault)}
<form method="post" action="${writer.path(action)}">
${name === undefined ? undefined : nameField(name)}
${newPasswordFields()}
<button type="submit">${submit}</button>
</form>
`;
  writer.send(page.response, { title, body, status: fault === undefined ? 200 : 400 });
}

export function nameField(name: string): Html {
  return html`<label for="name">${TEXT.name}</label>
<input id="name" name="name" autocomplete="name" maxlength="${MAX_NAME}" value="${name}">`;
}

export function newPasswordFields(): Html {
  return html`<label for="password">${TEXT.newPassword}</label>
<input id="password" name="password" type="password" autocomplete="new-password" required minlength="10" maxlength="1024" aria-describedby="password-hint">
<p class="soft" id="password-hint">${TEXT.setPassword.hint}</p>
<label for="repeated">${TEXT.setPassword.repeated}</label>
<input id="repeated" name="repeated" type="password" autocomplete="new-password" required maxlength="1024">`;
}

function mailIsOnItsWay(page: PageRequest, { writer }: Desk): void {
  const { title, lead } = TEXT.mailSent;
  writer.send(page.response, { title, body: html`<h1>${title}</h1><p>${lead}</p>` });
}

function linkIsGone(page: PageRequest, { writer }: Desk): void {
  const { title, lead, again } = TEXT.linkGone;
  const body = html`<h1>${title}</h1>${notice(lead)}<p><a href="${writer.path('/forgot-password')}">${again}</a></p>`;
  writer.send(page.response, { title, body, status: 410 });
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
