import { renderSVG } from 'uqr';
import { inGroups, Totp } from '../accounts/totp.ts';
import type { PageRequest } from '../listener/page-request.ts';
import { TEXT } from '../text.ts';
import { changeable, factorChanged } from './account-changes.ts';
import { accountPage } from './account-page.ts';
import type { Owner } from './account-session.ts';
import type { Desk, PageRoute } from './desk.ts';
import { siteOf } from './doer.ts';
import { Html, html } from './html.ts';
import { notice } from './respond.ts';

/** Setting an authenticator application up, and removing it. */
export const authenticatorRoutes: readonly PageRoute[] = [
  {
    pattern: /^\/account\/authenticator\/new$/,
    POST: changeable(async (page, desk, owner) => {
      askForFirstCode(page, desk, owner, await desk.totp.propose(owner.account.id, owner.session));
    }),
  },
  {
    pattern: /^\/account\/authenticator\/confirm$/,
    POST: changeable(async (page, desk, owner) => {
      const { account, session } = owner;
      const secret = await desk.totp.proposed(account.id, session);
      if (secret === undefined) return accountPage(page, desk, { fault: TEXT.errors.expired });
      if (!Totp.shows(secret, page.field('code').replace(/\s/g, ''), Date.now())) {
        return askForFirstCode(page, desk, owner, secret, TEXT.code.wrong);
      }
      const codes = await desk.totp.setUp(account.id, session, secret);
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
      await accountPage(page, desk, { good: TEXT.account.factorRemoved });
    }),
  },
];

function askForFirstCode(
  page: PageRequest,
  desk: Desk,
  { account }: Owner,
  secret: string,
  fault?: string,
): void {
  const { writer } = desk;
  const { title, lead, picture, byHand, submit } = TEXT.authenticator;
  const uri = Totp.uri(secret, siteOf(desk), account.email);
  const body = html`
<h1>${title}</h1>
<p>${lead}</p>
${notice(fault)}
<div class="qr" role="img" aria-label="${picture}">${new Html(renderSVG(uri, { border: 0 }))}</div>
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
