import type { Consent, Identity, Passkey, SessionView } from '@portcullis/store';
import { ACCOUNT_CLIENT } from '../clients/account-client.ts';
import type { PageRequest } from '../listener/page-request.ts';
import { TEXT } from '../text.ts';
import { type Owner, ownerOf, signInFirst } from './account-session.ts';
import type { Desk } from './desk.ts';
import { deviceName } from './device-name.ts';
import { type Html, html } from './html.ts';
import { nameField, newPasswordFields, usernameField } from './password-fields.ts';
import { notice } from './respond.ts';

const text = TEXT.account;

/** Shows somebody their account. */
export async function accountPage(
  page: PageRequest,
  desk: Desk,
  said: { readonly fault?: string; readonly good?: string } = {},
): Promise<void> {
  const owner = await ownerOf(page, desk);
  if (owner === undefined) return signInFirst(page, desk);
  const { store, writer } = desk;
  const { id } = owner.account;
  const [sessions, consents, passkeys, codes] = [
    await store.sessions.list(id, Date.now()),
    await store.consents.list(id),
    await store.passkeys.list(id),
    await store.accounts.countRecoveryCodes(id),
  ];
  const body = html`
<h1>${text.title}</h1>
<p class="soft">${owner.account.email}</p>
${notice(said.fault)}${notice(said.good, 'good')}
${profile(owner, desk)}
${password(owner, desk)}
${authenticator(owner, desk, codes)}
${passkeyList(passkeys, desk)}
${identityList(await store.accounts.identitiesOf(id), desk)}
${sessionList(sessions, owner, desk)}
${await consentList(consents, desk)}
<form method="get" action="${writer.path('/session/end')}"><button class="plain" type="submit">${TEXT.signOut.yes}</button></form>
`;
  const status = said.fault === undefined ? 200 : 400;
  writer.send(page.response, { title: text.title, body, wide: true, status });
}

function profile({ account }: Owner, { writer, mailer }: Desk): Html {
  return html`<section><h2>${text.profile}</h2>
<form method="post" action="${writer.path('/account/name')}">${nameField(account.name)}<button type="submit">${text.save}</button></form>
${
  mailer === undefined
    ? undefined
    : html`<form method="post" action="${writer.path('/account/email')}">
<label for="email">${text.newEmail}</label><input id="email" name="email" type="email" autocomplete="email" required maxlength="254">
<button class="plain" type="submit">${text.changeEmail}</button></form>`
}</section>`;
}

function password({ account }: Owner, { writer }: Desk): Html {
  const current =
    account.passwordHash === undefined
      ? undefined
      : html`<label for="current">${text.currentPassword}</label>
<input id="current" name="current" type="password" autocomplete="current-password" required maxlength="1024">`;
  return html`<section><h2>${TEXT.password}</h2>
<form method="post" action="${writer.path('/account/password')}">
${usernameField(account.email)}
${current}${newPasswordFields()}
<button type="submit">${text.changePassword}</button></form></section>`;
}

function authenticator({ account }: Owner, { writer }: Desk, codes: number): Html {
  if (account.sealedTotp === undefined) {
    return html`<section><h2>${text.authenticator}</h2><p>${text.authenticatorLead}</p>
<form method="post" action="${writer.path('/account/authenticator/new')}"><button type="submit">${text.setUp}</button></form></section>`;
  }
  return html`<section><h2>${text.authenticator}</h2><p>${text.authenticatorOn(codes)}</p>
<form method="post" action="${writer.path('/account/authenticator/remove')}"><button class="danger" type="submit">${text.remove}</button></form></section>`;
}

function passkeyList(passkeys: readonly Passkey[], { writer }: Desk): Html {
  const items = passkeys.map(
    ({
      id,
      name,
      createdAt,
      lastUsedAt,
    }) => html`<li><span>${name}<br><span class="soft">${text.passkeyUsed(day(createdAt), lastUsedAt === undefined ? undefined : day(lastUsedAt))}</span></span>
<form method="post" action="${writer.path('/account/passkeys/remove')}"><input type="hidden" name="id" value="${id}"><button class="danger" type="submit" aria-label="${text.removeNamed(name)}">${text.remove}</button></form></li>`,
  );
  return html`<section><h2>${text.passkeys}</h2><p>${text.passkeysLead}</p><ul class="plain">${items}</ul>
<p><a class="button plain" href="${writer.path('/account/passkeys/new')}">${text.addPasskey}</a></p></section>`;
}

function identityList(identities: readonly Identity[], { writer, providers }: Desk): Html {
  if (identities.length === 0) return html``;
  const items = identities.map(({ issuer, subject }) => {
    const title = providers.titleOf(issuer);
    return html`<li><span>${title}</span><form method="post" action="${writer.path('/account/identities/remove')}"><input type="hidden" name="issuer" value="${issuer}"><input type="hidden" name="subject" value="${subject}"><button class="danger" type="submit" aria-label="${text.removeNamed(title)}">${text.remove}</button></form></li>`;
  });
  return html`<section><h2>${TEXT.provider.linked}</h2><ul class="plain">${items}</ul></section>`;
}

function sessionList(sessions: readonly SessionView[], owner: Owner, { writer }: Desk): Html {
  const items = sessions.map(({ uid, userAgent, address, createdAt, seenAt }) => {
    const here = uid === owner.session;
    const device = deviceName(userAgent);
    return html`<li><span>${device}${here ? ` (${text.thisOne})` : ''}<br><span class="soft">${text.seen(address, time(createdAt), time(seenAt))}</span></span>${here ? undefined : endForm(writer, uid, device)}</li>`;
  });
  return html`<section><h2>${text.sessions}</h2><ul class="plain">${items}</ul>
<form method="post" action="${writer.path('/account/sessions/end-others')}"><button class="plain" type="submit">${text.endOthers}</button></form></section>`;
}

/** The one that is used now ends by the button below. */
function endForm(writer: Desk['writer'], uid: string, device: string): Html {
  return html`<form method="post" action="${writer.path('/account/sessions/end')}"><input type="hidden" name="session" value="${uid}"><button class="danger" type="submit" aria-label="${text.endNamed(device)}">${text.end}</button></form>`;
}

async function consentList(consents: readonly Consent[], { store, writer, resources }: Desk): Promise<Html> {
  const byClient = Map.groupBy(consents, ({ clientId }) => clientId);
  const items = [];
  for (const [clientId, of] of byClient) {
    if (clientId === ACCOUNT_CLIENT) continue;
    const name = (await store.clients.find(clientId))?.name ?? clientId;
    const may = of.map(({ audience, scopes }) =>
      [resources.get(audience)?.apis.join(', ') ?? audience, scopes.join(' ')].filter(Boolean).join(': '),
    );
    items.push(html`<li><span>${name}<br><span class="soft">${may.join('; ')}</span></span>
<form method="post" action="${writer.path('/account/consents/withdraw')}"><input type="hidden" name="client" value="${clientId}"><button class="danger" type="submit" aria-label="${text.withdrawNamed(name)}">${text.withdraw}</button></form></li>`);
  }
  if (items.length === 0) return html``;
  return html`<section><h2>${text.consents}</h2><ul class="plain">${items}</ul></section>`;
}

function day(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

function time(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
