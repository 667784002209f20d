import { TEXT } from '../text.ts';
import type { Desk } from './desk.ts';
import { type Html, html } from './html.ts';

/** The form by which somebody signs in with a passkey; seen where the browser can. */
export async function passkeyForm(desk: Desk, uid: string): Promise<Html> {
  const options = await desk.passkeys.request(uid);
  return html`<form method="post" action="${desk.writer.path(`/interaction/${uid}/passkey`)}" data-passkey="get" data-options="${options}" hidden>
${passkeyAnswer()}
<button class="plain" type="submit">${TEXT.passkey.signIn}</button></form>`;
}

/** Where the script puts the answer, and what it shows where there was none. */
export function passkeyAnswer(): Html {
  return html`<input type="hidden" name="answer" value=""><p class="notice bad" role="alert" hidden>${TEXT.passkey.noAnswer}</p>`;
}
