import type { Account, Identity } from '@portcullis/store';
import type { AuthenticationMethod } from '../accounts/authentication.ts';
import type { PageRequest } from '../listener/page-request.ts';
import { TEXT } from '../text.ts';
import type { Desk, PageRoute } from './desk.ts';
import { tellOwner } from './doer.ts';
import { html } from './html.ts';
import { type Interaction, interactionOf, letIn, visitorOf } from './interaction.ts';
import { link } from './link-identity.ts';
import { notice, redirect } from './respond.ts';

/** The kind under which is kept how far somebody has come with signing in. */
const HALFWAY = 'SignIn';
/** Milliseconds. */
const HALFWAY_LIFETIME = 10 * 60_000;

/** Somebody has shown the first factor, and is asked for the second. */
interface Halfway {
  readonly accountId: string;
  readonly methods: readonly AuthenticationMethod[];
  readonly stay: boolean;
  /** Who they are at another provider, which is linked to their account once they are in. */
  readonly identity?: Identity | undefined;
}

/**
 * Somebody has shown the first factor: asks for the second where they have set one up, and lets them in where not.
 *
 * @param identity who they are at another provider, which is linked to their account once they are in
 */
export async function afterFirstFactor(
  page: PageRequest,
  desk: Desk,
  interaction: Interaction,
  account: Account,
  { methods, stay, identity }: Omit<Halfway, 'accountId'>,
): Promise<void> {
  if (account.sealedTotp !== undefined) {
    await askForCode(page, desk, interaction, { accountId: account.id, methods, stay, identity });
    return;
  }
  if (identity !== undefined) await link(page, desk, account.id, identity);
  await letIn(page, desk, interaction, account, methods, stay);
}

/** Keeps what was shown so far, and asks for the code. */
async function askForCode(
  page: PageRequest,
  desk: Desk,
  { uid }: Interaction,
  halfway: Halfway,
): Promise<void> {
  await desk.store.artifacts.save(HALFWAY, uid, {
    payload: { ...halfway },
    accountId: halfway.accountId,
    expiresAt: Date.now() + HALFWAY_LIFETIME,
  });
  codePage(page, desk, uid);
}

/** How far somebody has come in this interaction. */
export async function halfwayOf({ store }: Desk, uid: string): Promise<Halfway | undefined> {
  // As `askForCode` wrote it.
  return (await store.artifacts.findGood(HALFWAY, uid, Date.now()))?.payload as Halfway | undefined;
}

export const codeRoutes: readonly PageRoute[] = [
  {
    pattern: /^\/interaction\/([A-Za-z0-9_-]{1,64})\/code$/,
    async POST(page, desk, uid = '') {
      const interaction = await interactionOf(page, desk, uid);
      const halfway = await halfwayOf(desk, uid);
      const account = halfway && (await desk.store.accounts.find(halfway.accountId));
      if (halfway === undefined || account?.disabledAt !== undefined || account === undefined) {
        return redirect(page.response, desk.writer.path(`/interaction/${uid}`));
      }
      const { address, device, requestId } = visitorOf(page, desk);
      const known = await desk.devices.known(device, account.id);
      const seconds = desk.limits.code({ account: account.id, address, device: known });
      const method = seconds > 0 ? undefined : await desk.totp.accept(account, page.field('code'));
      if (method !== undefined) {
        await desk.store.artifacts.delete(HALFWAY, uid);
        if (halfway.identity !== undefined) await link(page, desk, account.id, halfway.identity);
        return letIn(page, desk, interaction, account, [...halfway.methods, method], halfway.stay);
      }
      await desk.noteStranger({
        type: 'sign_in',
        subject: account.id,
        address,
        requestId,
        detail: { why: seconds > 0 ? 'too_many' : 'wrong_code' },
      });
      if (seconds > 0 && desk.limits.warning(account.email) === 0) {
        tellOwner(desk, account.email, TEXT.code.warning);
      }
      if (seconds > 0) page.response.setHeader('retry-after', String(Math.ceil(seconds)));
      const fault = seconds > 0 ? TEXT.code.tooMany(seconds) : TEXT.code.wrong;
      codePage(page, desk, uid, { fault, status: seconds > 0 ? 429 : 401 });
    },
  },
  {
    pattern: /^\/interaction\/([A-Za-z0-9_-]{1,64})\/start-over$/,
    async POST(page, desk, uid = '') {
      await interactionOf(page, desk, uid);
      await desk.store.artifacts.delete(HALFWAY, uid);
      redirect(page.response, desk.writer.path(`/interaction/${uid}`));
    },
  },
];

export function codePage(
  page: PageRequest,
  { writer }: Desk,
  uid: string,
  refusal?: { readonly fault: string; readonly status: number },
): void {
  const { title, lead, label, submit, over } = TEXT.code;
  const body = html`
<h1>${title}</h1>
<p>${lead}</p>
${notice(refusal?.fault)}
<form method="post" action="${writer.path(`/interaction/${uid}/code`)}">
<label for="code">${label}</label>
<input id="code" name="code" class="code" inputmode="text" autocomplete="one-time-code" autocapitalize="none" spellcheck="false" required maxlength="40">
<button type="submit">${submit}</button>
</form>
<form method="post" action="${writer.path(`/interaction/${uid}/start-over`)}"><button class="plain" type="submit">${over}</button></form>
`;
  writer.send(page.response, { title, body, status: refusal?.status ?? 200 });
}
