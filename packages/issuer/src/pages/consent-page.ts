import type { Consent } from '@portcullis/store';
import { errors } from 'oidc-provider';
import type { PageRequest } from '../listener/page-request.ts';
import { TEXT } from '../text.ts';
import { clientOf } from './client-of.ts';
import type { Desk, PageRoute } from './desk.ts';
import { type Html, html } from './html.ts';
import { finish, type Interaction, interactionOf } from './interaction.ts';

export const consentRoutes: readonly PageRoute[] = [
  {
    pattern: /^\/interaction\/([A-Za-z0-9_-]{1,64})\/consent$/,
    async POST(page, desk, uid = '') {
      const interaction = await interactionOf(page, desk, uid);
      const { prompt, session } = interaction;
      if (prompt.name !== 'consent' || session === undefined) {
        throw new errors.SessionNotFound('nobody asked for consent');
      }
      if (page.field('answer') !== 'allow') {
        await finish(page, desk, { error: 'access_denied', error_description: 'the user did not allow it' });
        return;
      }
      const client = await clientOf(desk, interaction.params);
      const consents = askedFor(interaction, client.id, Date.now());
      await desk.store.consents.add(session.accountId, consents);
      await desk.store.audit.append({
        at: Date.now(),
        type: 'consent.given',
        outcome: 'success',
        actor: `account:${session.accountId}`,
        subject: session.accountId,
        client: client.id,
        address: page.address,
        requestId: page.id,
        detail: { scopes: Object.fromEntries(consents.map(({ audience, scopes }) => [audience, scopes])) },
      });
      await finish(page, desk, { ...interaction.lastSubmission, consent: {} });
    },
  },
];

/** Asks somebody whether a client may do what it asks for. */
export async function consentPage(page: PageRequest, desk: Desk, interaction: Interaction): Promise<void> {
  const { writer, store } = desk;
  const { uid, params, session } = interaction;
  const text = TEXT.consent;
  const client = await clientOf(desk, params);
  const account = await store.accounts.find(session?.accountId ?? '');
  const asked = askedFor(interaction, client.id, Date.now());
  const body = html`
<h1>${text.title}</h1>
<p>${text.lead(client.name)}</p>
<p class="soft">${text.as(account?.email ?? '')}</p>
${asked.length > 0 ? html`<p>${text.itMay}</p><ul>${asked.map((consent) => itemsOf(consent, desk))}</ul>` : undefined}
<form method="post" action="${writer.path(`/interaction/${uid}/consent`)}">
<button type="submit" name="answer" value="allow">${text.allow}</button>
<button class="plain" type="submit" name="answer" value="deny">${text.deny}</button>
</form>
<p class="soft">${text.later}</p>
`;
  writer.send(page.response, { title: text.title, body });
}

function itemsOf({ audience, scopes }: Consent, { resources }: Desk): Html[] {
  const text = TEXT.consent;
  if (audience === '') return scopes.map((scope) => html`<li>${text.scopes[scope] ?? scope}</li>`);
  const name = resources.get(audience)?.apis.join(', ') ?? audience;
  return [html`<li>${text.api(name)} <code>${scopes.join(' ')}</code></li>`];
}

/** What is asked for and was not agreed to before. */
function askedFor({ prompt }: Interaction, clientId: string, now: number): Consent[] {
  // What the library's checks found missing.
  const { missingOIDCScope = [], missingResourceScopes = {} } = prompt.details as {
    missingOIDCScope?: readonly string[];
    missingResourceScopes?: Readonly<Record<string, readonly string[]>>;
  };
  const asked = [['', missingOIDCScope] as const, ...Object.entries(missingResourceScopes)];
  return asked
    .filter(([, scopes]) => scopes.length > 0)
    .map(([audience, scopes]) => ({ clientId, audience, scopes, grantedAt: now }));
}
