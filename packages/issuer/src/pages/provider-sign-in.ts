import { addAccount } from '../accounts/manage.ts';
import { type ForeignIdentity, ProviderRefusal } from '../accounts/other-providers.ts';
import { cookieAttributes, cookieNames } from '../listener/cookies.ts';
import type { PageRequest } from '../listener/page-request.ts';
import { TEXT } from '../text.ts';
import { afterFirstFactor } from './code-page.ts';
import type { Desk, PageRoute } from './desk.ts';
import { strangerOf } from './doer.ts';
import { html } from './html.ts';
import { type Interaction, interactionOf, letIn, sendOn, visitorOf } from './interaction.ts';
import { notice, redirect } from './respond.ts';
import { signInPage } from './sign-in-form.ts';

const text = TEXT.provider;
/** The kind under which is kept who somebody is elsewhere, until they are let in. */
const IDENTITY = 'ForeignIdentity';
/** Milliseconds. */
const IDENTITY_LIFETIME = 15 * 60_000;

export const providerRoutes: readonly PageRoute[] = [
  {
    pattern: /^\/interaction\/([A-Za-z0-9_-]{1,64})\/provider\/([A-Za-z0-9._-]{1,64})$/,
    async POST(page, desk, uid = '', name = '') {
      const interaction = await interactionOf(page, desk, uid);
      try {
        const begun = await desk.providers.begin(name, uid);
        if (begun === undefined) throw new ProviderRefusal('there is no such provider');
        page.setCookie(
          cookieNames(desk.issuer).provider,
          begun.state,
          attributesOf(desk, IDENTITY_LIFETIME / 1000),
        );
        sendOn(page.response, desk.writer, begun.url);
      } catch (error) {
        await refused(page, desk, interaction, error);
      }
    },
  },
  {
    pattern: /^\/providers\/([A-Za-z0-9._-]{1,64})\/callback$/,
    async GET(page, desk, name = '') {
      const cookie = cookieNames(desk.issuer).provider;
      const state = page.cookie(cookie) ?? '';
      page.setCookie(cookie, '', attributesOf(desk, 0));
      try {
        const ended = await desk.providers.end(name, page.query, state);
        if (ended === undefined) return say(page, desk, TEXT.errors.expired);
        const { interaction, identity } = ended;
        await desk.store.artifacts.save(IDENTITY, interaction, {
          payload: { ...identity },
          expiresAt: Date.now() + IDENTITY_LIFETIME,
        });
        redirect(page.response, desk.writer.path(`/interaction/${interaction}/provided`));
      } catch (error) {
        if (!(error instanceof ProviderRefusal)) throw error;
        await noteRefusal(page, desk, error);
        say(page, desk, text.refused);
      }
    },
  },
  {
    pattern: /^\/interaction\/([A-Za-z0-9_-]{1,64})\/provided$/,
    async GET(page, desk, uid = '') {
      const interaction = await interactionOf(page, desk, uid);
      const identity = await identityOf(desk, uid);
      if (identity === undefined) return redirect(page.response, desk.writer.path(`/interaction/${uid}`));
      const known = await desk.store.accounts.findByIdentity(identity);
      if (known?.disabledAt !== undefined) {
        return signInPage(page, desk, interaction, { email: '', fault: text.refused, status: 401 });
      }
      if (known !== undefined) {
        await desk.store.artifacts.delete(IDENTITY, uid);
        return afterFirstFactor(page, desk, interaction, known, { methods: ['fed'], stay: false });
      }
      await offer(page, desk, interaction, identity);
    },
  },
  {
    pattern: /^\/interaction\/([A-Za-z0-9_-]{1,64})\/link$/,
    async POST(page, desk, uid = '') {
      const interaction = await interactionOf(page, desk, uid);
      const identity = await identityOf(desk, uid);
      if (identity?.email === undefined)
        return redirect(page.response, desk.writer.path(`/interaction/${uid}`));
      const visitor = visitorOf(page, desk);
      const answer = await desk.signIn.byPassword(identity.email, page.field('password'), visitor);
      if (!('account' in answer)) return offer(page, desk, interaction, identity, TEXT.account.wrongPassword);
      const { account } = answer;
      if (account.emailVerifiedAt === undefined)
        return offer(page, desk, interaction, identity, text.unverified);
      await desk.store.artifacts.delete(IDENTITY, uid);
      const shown = { methods: ['pwd', 'fed'], stay: false, identity } as const;
      await afterFirstFactor(page, desk, interaction, account, shown);
    },
  },
  {
    pattern: /^\/interaction\/([A-Za-z0-9_-]{1,64})\/join$/,
    async POST(page, desk, uid = '') {
      const interaction = await interactionOf(page, desk, uid);
      const identity = await identityOf(desk, uid);
      const { email } = identity ?? {};
      const taken = email === undefined || (await desk.store.accounts.findByEmail(email)) !== undefined;
      if (identity === undefined || email === undefined || taken || desk.registration !== 'open') {
        return redirect(page.response, desk.writer.path(`/interaction/${uid}`));
      }
      await desk.store.artifacts.delete(IDENTITY, uid);
      const name = identity.name?.slice(0, 100) ?? email.slice(0, email.indexOf('@'));
      const fresh = {
        email,
        name,
        passwordHash: undefined,
        roles: [],
        administrator: false,
        emailVerified: true,
      };
      const id = await addAccount(desk.store, fresh, strangerOf(page, desk), identity);
      const account = await desk.store.accounts.find(id);
      if (account === undefined) throw new Error('an account that was just made is gone');
      await letIn(page, desk, interaction, account, ['fed'], false);
    },
  },
];

/** What somebody may do whom nobody here knows by this name yet. */
async function offer(
  page: PageRequest,
  desk: Desk,
  interaction: Interaction,
  identity: ForeignIdentity,
  fault?: string,
): Promise<void> {
  const { writer, store, providers } = desk;
  const { email } = identity;
  const refuse = (why: string) => signInPage(page, desk, interaction, { email: '', fault: why, status: 401 });
  if (email === undefined) return refuse(text.unverified);
  const title = providers.titleOf(identity.issuer);
  const account = await store.accounts.findByEmail(email);
  if (account === undefined) {
    if (desk.registration !== 'open') return refuse(text.unknown);
    const body = html`<h1>${text.joinTitle}</h1><p>${text.join(email, title)}</p>
<form method="post" action="${writer.path(`/interaction/${interaction.uid}/join`)}"><button type="submit">${text.joinSubmit}</button></form>`;
    return writer.send(page.response, { title: text.joinTitle, body });
  }
  if (account.passwordHash === undefined) return refuse(text.otherwise);
  const body = html`<h1>${text.linkTitle}</h1><p>${text.link(email, title)}</p>
${notice(fault)}
<form method="post" action="${writer.path(`/interaction/${interaction.uid}/link`)}">
<label for="password">${TEXT.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="1024">
<button type="submit">${text.linkSubmit}</button></form>`;
  writer.send(page.response, { title: text.linkTitle, body, status: fault === undefined ? 200 : 401 });
}

async function identityOf({ store }: Desk, uid: string): Promise<ForeignIdentity | undefined> {
  // As the callback wrote it.
  return (await store.artifacts.findGood(IDENTITY, uid, Date.now()))?.payload as ForeignIdentity | undefined;
}

async function refused(
  page: PageRequest,
  desk: Desk,
  interaction: Interaction,
  error: unknown,
): Promise<void> {
  if (!(error instanceof ProviderRefusal)) throw error;
  await noteRefusal(page, desk, error);
  await signInPage(page, desk, interaction, { email: '', fault: text.refused, status: 502 });
}

function noteRefusal(page: PageRequest, desk: Desk, error: ProviderRefusal): Promise<void> {
  return desk.noteStranger({
    type: 'sign_in',
    address: page.address,
    requestId: page.id,
    detail: { why: 'provider_refused', error: error.message.slice(0, 200) },
  });
}

function attributesOf({ issuer, writer }: Desk, seconds: number): string {
  return cookieAttributes(issuer, { path: writer.path('/providers/'), seconds });
}

function say(page: PageRequest, { writer }: Desk, what: string): void {
  const { title, reference } = TEXT.errors;
  const body = html`<h1>${title}</h1>${notice(what)}<p class="soft">${reference(page.id)}</p>`;
  writer.send(page.response, { title, body, status: 400 });
}
