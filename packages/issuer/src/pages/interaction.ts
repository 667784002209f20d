import { addressKey } from '@portcullis/guard';
import type { Account } from '@portcullis/store';
import { errors, type InteractionResults } from 'oidc-provider';
import type { Asker } from '../accounts/argon2-threads.ts';
import { type AuthenticationMethod, acrOf, amrOf } from '../accounts/authentication.ts';
import { DEVICE_REMEMBERED } from '../accounts/known-devices.ts';
import type { Visitor } from '../accounts/sign-in.ts';
import { cookieAttributes, cookieNames } from '../listener/cookies.ts';
import type { PageRequest } from '../listener/page-request.ts';
import { endSessions } from '../sessions/end-sessions.ts';
import { TEXT } from '../text.ts';
import type { Desk } from './desk.ts';
import { html } from './html.ts';

/** What an application waits for, while somebody signs in or decides. */
export type Interaction = Awaited<ReturnType<Desk['provider']['interactionDetails']>>;

/** @throws {errors.SessionNotFound} when it has expired, or is another browser's */
export async function interactionOf(
  { request, response }: PageRequest,
  desk: Desk,
  uid: string,
): Promise<Interaction> {
  const interaction = await desk.provider.interactionDetails(request, response);
  if (interaction.uid !== uid) throw new errors.SessionNotFound('another interaction');
  return interaction;
}

/** Takes the result of an interaction, and sends the browser on to the application that waits for it. */
export async function finish(
  { request, response }: PageRequest,
  { provider, writer }: Desk,
  result: InteractionResults,
): Promise<void> {
  const goOn = await provider.interactionResult(request, response, result, {
    mergeWithLastSubmission: false,
  });
  sendOn(response, writer, goOn);
}

/** By a page of its own: a redirect would count as a part of the form, and the policy of our pages forbids it to lead elsewhere. */
export function sendOn(response: PageRequest['response'], writer: Desk['writer'], goOn: string): void {
  const { title, lead, follow } = TEXT.done;
  const body = html`<h1>${title}</h1><p>${lead}</p><p><a href="${goOn}">${follow}</a></p>`;
  writer.send(response, { title, body, goOn });
}

/**
 * Somebody has proved who they are: lets them in, unless they were signed out everywhere meanwhile.
 *
 * @param account as it was when they did
 */
export async function letIn(
  page: PageRequest,
  desk: Desk,
  interaction: Interaction,
  account: Account,
  methods: readonly AuthenticationMethod[],
  stay: boolean,
): Promise<void> {
  const { store } = desk;
  const provedAt = Date.now();
  const current = await store.accounts.find(account.id);
  if (
    current === undefined ||
    current.disabledAt !== undefined ||
    current.signedOutAt !== account.signedOutAt
  ) {
    throw new errors.SessionNotFound('signed out meanwhile');
  }
  const before = interaction.session;
  // Somebody else was signed in here: that ends first, and the library is not to look for it.
  if (before !== undefined && before.accountId !== account.id) await forget(page, desk, interaction, before);
  await rememberDevice(page, desk, account.id);
  const now = Date.now();
  await store.accounts.noteSignIn(account.id, now);
  await store.audit.append({
    at: now,
    type: 'sign_in',
    outcome: 'success',
    actor: `account:${account.id}`,
    subject: account.id,
    client: String(interaction.params['client_id']),
    address: page.address,
    requestId: page.id,
    detail: { methods },
  });
  await finish(page, desk, {
    login: {
      accountId: account.id,
      acr: acrOf(methods),
      amr: amrOf(methods),
      remember: stay,
      ts: Math.floor(provedAt / 1000),
      provedAt,
    },
  });
}

async function forget(
  page: PageRequest,
  { store, issuer }: Desk,
  interaction: Interaction,
  { uid, accountId }: NonNullable<Interaction['session']>,
): Promise<void> {
  const context = { actor: `account:${accountId}`, issuer, requestId: page.id, address: page.address };
  await endSessions(store, accountId, { uid }, 'signed_out', context);
  Object.assign(interaction, { session: undefined, grantId: undefined });
  await interaction.persist();
}

/** Somebody signed in on this device, or showed otherwise that they may: strangers who guess do not hold them up here. */
export async function rememberDevice(
  page: PageRequest,
  { devices, issuer }: Desk,
  accountId: string,
): Promise<void> {
  const device = await devices.remember(page.cookie(deviceCookie(issuer)), accountId);
  const seconds = DEVICE_REMEMBERED / 1000;
  page.setCookie(deviceCookie(issuer), device, cookieAttributes(issuer, { seconds }));
}

/** Who asks, for the limits and the audit stream. */
export function visitorOf(page: PageRequest, { issuer }: Desk): Visitor {
  return { address: page.address, requestId: page.id, device: page.cookie(deviceCookie(issuer)) };
}

/** Who waits for a password to be hashed. */
export function askerOf({ address }: PageRequest): Asker {
  return { name: addressKey(address), known: false };
}

function deviceCookie(issuer: string): string {
  return cookieNames(issuer).device;
}
