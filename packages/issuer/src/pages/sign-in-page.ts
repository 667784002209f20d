import { TEXT } from '../text.ts';
import { afterFirstFactor, codePage, halfwayOf } from './code-page.ts';
import { consentPage } from './consent-page.ts';
import type { PageRoute } from './desk.ts';
import { finish, interactionOf, visitorOf } from './interaction.ts';
import { signInPage } from './sign-in-form.ts';

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
        const shown = { methods: ['pwd'], stay: page.field('stay') === 'yes' } as const;
        await afterFirstFactor(page, desk, interaction, answer.account, shown);
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
