import type { KoaContextWithOIDC } from 'oidc-provider';
import { infoOf } from '../listener/request-info.ts';
import type { ProviderPages } from '../provider/people.ts';
import { TEXT } from '../text.ts';
import { Html, html } from './html.ts';
import { notice, type Page, type PageWriter } from './respond.ts';

/** The endpoints that people's browsers are sent to; the others are for programs. */
const SEEN = new Set([
  'authorization',
  'resume',
  'end_session',
  'end_session_confirm',
  'end_session_success',
]);

/** The pages that the library shows by itself, in our own clothes. */
export function providerPages(writer: PageWriter): ProviderPages {
  const show = (context: KoaContextWithOIDC, page: Page): void => {
    context.status = page.status ?? context.status;
    context.set(writer.headers(page));
    context.body = writer.render(page);
  };
  return {
    signOut(context, form) {
      const { title, lead, yes, no } = TEXT.signOut;
      const open = form.replace('</form>', '');
      const button = html`<button type="submit" name="logout" value="yes">${yes}</button>`;
      // To answer the form without it would sign out of the application that asked.
      const stay = html`<p><a class="button plain" href="${writer.path('/account')}">${no}</a></p>`;
      const body = html`<h1>${title}</h1><p>${lead}</p>${new Html(`${open}${button.text}</form>`)}${stay}`;
      show(context, { title, body });
    },
    signedOut(context) {
      const { doneTitle: title, done, again } = TEXT.signOut;
      const link = html`<p><a class="button plain" href="${writer.path('/account')}">${again}</a></p>`;
      show(context, { title, body: html`<h1>${title}</h1><p>${done}</p>${link}` });
    },
    error(context, out) {
      if (!SEEN.has(context.oidc?.route ?? '') || context.accepts('json', 'html') === 'json') {
        context.type = 'json';
        context.body = out;
        return;
      }
      const { title, client, reference } = TEXT.errors;
      const reason = out.error_description ?? out.error;
      const body = html`<h1>${title}</h1>${notice(client(reason))}<p class="soft">${reference(infoOf(context.req).id)}</p>`;
      show(context, { title, body });
    },
    goOn(context, location) {
      const { title, lead, follow } = TEXT.done;
      const body = html`<h1>${title}</h1><p>${lead}</p><p><a href="${location}">${follow}</a></p>`;
      show(context, { title, body, goOn: location, status: 200 });
      context.remove('location');
    },
  };
}
