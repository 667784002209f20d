import { TEXT } from '../text.ts';
import { changeable, factorChanged, isLastWayIn } from './account-changes.ts';
import { accountPage } from './account-page.ts';
import type { PageRoute } from './desk.ts';
import { deviceName } from './device-name.ts';
import { html } from './html.ts';
import { interactionOf, letIn } from './interaction.ts';
import { passkeyAnswer } from './passkey-form.ts';
import { PASSKEY_SCRIPT_PATH } from './passkey-script.ts';
import { notice } from './respond.ts';
import { signInPage } from './sign-in-form.ts';

const MAX_NAME = 60;

export const passkeyRoutes: readonly PageRoute[] = [
  {
    pattern: /^\/interaction\/([A-Za-z0-9_-]{1,64})\/passkey$/,
    async POST(page, desk, uid = '') {
      const interaction = await interactionOf(page, desk, uid);
      const account = await desk.passkeys.accept(uid, page.field('answer'));
      if (account !== undefined) {
        await letIn(page, desk, interaction, account, ['hwk'], page.field('stay') === 'yes');
        return;
      }
      await desk.noteStranger({
        type: 'sign_in',
        address: page.address,
        requestId: page.id,
        detail: { why: 'passkey_refused' },
      });
      await signInPage(page, desk, interaction, { email: '', fault: TEXT.passkey.refused, status: 401 });
    },
  },
  {
    pattern: /^\/account\/passkeys\/new$/,
    GET: changeable(async (page, desk, { account, session }) => {
      const { title, lead, name, submit, unusable } = TEXT.passkey;
      const options = await desk.passkeys.creation(account, session);
      const body = html`
<h1>${title}</h1>
<p>${lead}</p>
<p class="notice bad" data-no-passkey hidden>${unusable}</p>
<noscript>${notice(unusable)}</noscript>
<form method="post" action="${desk.writer.path('/account/passkeys/new')}" data-passkey="create" data-options="${options}" hidden>
<label for="name">${name}</label>
<input id="name" name="name" maxlength="${MAX_NAME}" value="${deviceName(page.request.headers['user-agent'] ?? '')}">
${passkeyAnswer()}
<button type="submit">${submit}</button>
</form>
<p><a href="${desk.writer.path('/account')}">${TEXT.cancel}</a></p>
`;
      desk.writer.send(page.response, { title, body, scripts: [PASSKEY_SCRIPT_PATH] });
    }),
    POST: changeable(async (page, desk, owner) => {
      const name = page.field('name').trim().slice(0, MAX_NAME) || TEXT.passkey.unnamed;
      const answer = page.field('answer');
      if (!(await desk.passkeys.create(owner.account.id, owner.session, answer, name))) {
        return accountPage(page, desk, { fault: TEXT.passkey.notMade });
      }
      await factorChanged(page, desk, owner, 'passkey.added');
      await accountPage(page, desk, { good: TEXT.passkey.made });
    }),
  },
  {
    pattern: /^\/account\/passkeys\/remove$/,
    POST: changeable(async (page, desk, owner) => {
      if (await isLastWayIn(desk, owner.account)) {
        return accountPage(page, desk, { fault: TEXT.account.lastWayIn });
      }
      if (!(await desk.store.passkeys.delete(owner.account.id, page.field('id'))))
        return accountPage(page, desk);
      await factorChanged(page, desk, owner, 'passkey.removed');
      await accountPage(page, desk, { good: TEXT.account.factorRemoved });
    }),
  },
];
