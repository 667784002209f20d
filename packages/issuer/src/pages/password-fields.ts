import { passwordFault } from '../accounts/password-policy.ts';
import type { PageRequest } from '../listener/page-request.ts';
import { passwordFaultText, TEXT } from '../text.ts';
import { type Html, html } from './html.ts';

const MAX_NAME = 100;
/** Such as marks that turn the direction of what follows. */
const INVISIBLE = /\p{C}/gu;

/** What is wrong with the password that was chosen, in words. */
export async function faultOf(page: PageRequest, about: readonly string[]): Promise<string | undefined> {
  const password = page.field('password');
  if (password !== page.field('repeated')) return TEXT.setPassword.differ;
  const fault = await passwordFault(password, about);
  return fault && passwordFaultText(fault);
}

export function newPasswordFields(): Html {
  return html`<label for="password">${TEXT.newPassword}</label>
<input id="password" name="password" type="password" autocomplete="new-password" required minlength="10" maxlength="1024" aria-describedby="password-hint">
<p class="soft" id="password-hint">${TEXT.setPassword.hint}</p>
<label for="repeated">${TEXT.setPassword.repeated}</label>
<input id="repeated" name="repeated" type="password" autocomplete="new-password" required maxlength="1024">`;
}

/** Tells a password manager whose password it keeps. */
export function usernameField(email: string): Html {
  return html`<input type="hidden" name="username" autocomplete="username" value="${email}">`;
}

export function nameField(name: string): Html {
  return html`<label for="name">${TEXT.name}</label>
<input id="name" name="name" autocomplete="name" maxlength="${MAX_NAME}" value="${name}">`;
}

/** What somebody wants to be called; empty where they did not say. */
export function givenName(page: PageRequest): string {
  return page.field('name').replace(INVISIBLE, '').trim().slice(0, MAX_NAME);
}
