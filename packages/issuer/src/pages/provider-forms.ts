import { TEXT } from '../text.ts';
import type { Desk } from './desk.ts';
import { type Html, html } from './html.ts';

/** The buttons by which somebody goes to another provider. */
export function providerForms({ providers, writer }: Desk, uid: string): Html[] {
  return providers
    .list()
    .map(
      ({ name, title }) =>
        html`<form method="post" action="${writer.path(`/interaction/${uid}/provider/${name}`)}"><button class="plain" type="submit">${TEXT.provider.by(title)}</button></form>`,
    );
}
