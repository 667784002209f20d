import { clientOf } from './client-of.ts';
import { askForCode, codePage, halfwayOf } from './code-page.ts';
import { consentPage } from './consent-page.ts';
import type { Desk, PageRoute } from './desk.ts';
import { html } from './html.ts';
import { finish, type Interaction, interactionOf, letIn, visitorOf } from './interaction.ts';
import type { PageRequest } from './page-request.ts';
import { notice } from './respond.ts';
import { TEXT } from './text.ts';

export const signInRoutes: readonly PageRoute[] = [
  {
    pattern: /^\/interaction\/([A-Za-z0-9_-]{1,64})$/,
    async GET(page, desk, uid = '') {
      const interaction = await interactionOf(page, desk, uid);
      if (interaction.prompt.name === 'consent') await consentPage(page, desk, interaction);
      else if ((await halfwayOf(desk, uid)) !== undefined) codePage(page, desk, uid);
      else await signInPage(page, desk, interaction);
    },
  },
  {
    pattern: /^\/interaction\/([A-Za-z0-9_-]{1,64})\/sign-in$/,
    async POST(page, desk, uid = '') {
      const interaction = await interactionOf(page, desk, uid);
      const email = page.field('email');
      const answer = await desk.signIn.byPassword(email, page.field('password'), visitorOf(page, desk));
      if ('account' in answer) {
        const { account } = answer;
        const next = account.sealedTotp === undefined ? letIn : askForCode;
        await next(page, desk, interaction, account, ['pwd'], page.field('stay') === 'yes');
        return;
      }
      if (answer.refused === 'wrong') {
        await signInPage(page, desk, interaction, { email, fault: TEXT.signIn.wrong, status: 401 });
        return;
      }
      page.response.setHeader('retry-after', String(Math.ceil(answer.seconds)));
      const fault = TEXT.signIn.tooMany(answer.seconds);
      await signInPage(page, desk, interaction, { email, fault, status: 429 });
    },
  },
  {
    pattern: /^\/interaction\/([A-Za-z0-9_-]{1,64})\/cancel$/,
    async POST(page, desk, uid = '') {
      await interactionOf(page, desk, uid);
      await finish(page, desk, { error: 'access_denied', error_description: 'the user did not go on' });
    },
  },
];

interface Refusal {
  readonly email: string;
  readonly fault: string;
  readonly status: number;
}

async function signInPage(
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
<input id="email" name="email" type="email" autocomplete="username" required maxlength="254" value="${refusal?.email ?? hint}">
<label for="password">${TEXT.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="1024">
<label class="check"><input type="checkbox" name="stay" value="yes">${text.stay}</label>
<button type="submit">${text.submit}</button>
</form>
<p class="links">
${desk.mailer === undefined ? undefined : html`<a href="${writer.path('/forgot-password')}">${text.forgot}</a>`}
${desk.registration === 'open' ? html`<a href="${writer.path('/register')}">${text.register}</a>` : undefined}
</p>
<form method="post" action="${writer.path(`/interaction/${uid}/cancel`)}"><button class="plain" type="submit">${TEXT.cancel}</button></form>
`;
  writer.send(page.response, { title: text.title, body, status: refusal?.status ?? 200 });
}
