import { ACCOUNT_CLIENT } from '../clients/account-client.ts';
import type { PageRequest } from '../listener/page-request.ts';
import { TEXT } from '../text.ts';
import { clientOf } from './client-of.ts';
import type { Desk } from './desk.ts';
import { type Html, html } from './html.ts';
import type { Interaction } from './interaction.ts';
import { passkeyForm } from './passkey-form.ts';
import { PASSKEY_SCRIPT_PATH } from './passkey-script.ts';
import { providerForms } from './provider-forms.ts';
import { notice } from './respond.ts';

interface Refusal {
  readonly email: string;
  readonly fault: string;
  readonly status: number;
}

/** Asks somebody who they are. */
export async function signInPage(
  page: PageRequest,
  desk: Desk,
  interaction: Interaction,
  refusal?: Refusal,
): Promise<void> {
  const { writer } = desk;
  const { uid, params, session } = interaction;
  const client = await clientOf(desk, params);
  const text = TEXT.signIn;
  const hint = typeof params['login_hint'] === 'string' ? params['login_hint'] : '';
  const again = session?.accountId !== undefined && refusal === undefined;
  const body = html`
<h1>${text.title}</h1>
<p class="soft">${text.to(client.name)}</p>
${again ? notice(text.again, 'good') : undefined}
${notice(refusal?.fault)}
<form method="post" action="${writer.path(`/interaction/${uid}/sign-in`)}">
<label for="email">${TEXT.email}</label>
<input id="email" name="email" type="email" autocomplete="username" required maxlength="254" value="${refusal?.email ?? hint}" autofocus>
<label for="password">${TEXT.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="1024">
<label class="check"><input type="checkbox" name="stay" value="yes">${text.stay}</label>
<button type="submit">${text.submit}</button>
</form>
${await passkeyForm(desk, uid)}
${providerForms(desk, uid)}
<p class="links">
${desk.mailer === undefined ? undefined : html`<a href="${writer.path('/forgot-password')}">${text.forgot}</a>`}
${desk.registration === 'open' ? html`<a href="${writer.path('/register')}">${text.register}</a>` : undefined}
</p>
${client.id === ACCOUNT_CLIENT ? undefined : cancelForm(writer.path(`/interaction/${uid}/cancel`))}
`;
  const status = refusal?.status ?? 200;
  writer.send(page.response, { title: text.title, body, status, scripts: [PASSKEY_SCRIPT_PATH] });
}

/** Back to the application, without signing in; our own account pages would only ask again. */
function cancelForm(action: string): Html {
  return html`<form method="post" action="${action}"><button class="plain" type="submit">${TEXT.cancel}</button></form>`;
}
