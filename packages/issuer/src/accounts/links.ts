import { randomBytes } from 'node:crypto';
import type { LinkPurpose, Store } from '@portcullis/store';
import { endpointUrl } from '../listener/public-paths.ts';

/** How long a link is good that somebody asked for themselves, and one that an operator hands out. Milliseconds. */
const ASKED_FOR = 60 * 60_000;
const HANDED_OUT = 3 * 24 * 60 * 60_000;

const LIFETIMES: Readonly<Record<LinkPurpose, number>> = {
  reset_password: ASKED_FOR,
  verify_email: 24 * ASKED_FOR,
  registration: ASKED_FOR,
  invitation: HANDED_OUT,
};

/** What a link carries. */
export const LINK_VALUE = /^[A-Za-z0-9_-]{43}$/;

/** Makes what a link carries: 256 bits that nobody guesses, of which only the hash is kept. */
export async function newLinkValue(
  store: Store,
  purpose: LinkPurpose,
  accountId: string | undefined,
  detail: Readonly<Record<string, string>>,
): Promise<string> {
  const value = randomBytes(32).toString('base64url');
  await store.links.add(value, { purpose, accountId, detail, expiresAt: Date.now() + LIFETIMES[purpose] });
  return value;
}

/** A link by which an account chooses a password, once. An earlier one is good no more. */
export async function setPasswordLink(store: Store, issuer: string, accountId: string): Promise<string> {
  const value = await newLinkValue(store, 'invitation', accountId, {});
  return endpointUrl(issuer, `/set-password/${value}`);
}
