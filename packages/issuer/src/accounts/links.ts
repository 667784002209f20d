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
  restore_email: 7 * 24 * ASKED_FOR,
};

/** What a link carries. */
export const LINK_VALUE = /^[A-Za-z0-9_-]{43}$/;

/** The pages that links lead to. */
const PAGES: Readonly<Record<LinkPurpose, string>> = {
  reset_password: '/set-password',
  invitation: '/set-password',
  registration: '/register',
  verify_email: '/verify-email',
  restore_email: '/restore-email',
};

/**
 * Makes a link: 256 bits that nobody guesses, of which only the hash is kept. They stand in the query, which no log of ours
 * keeps.
 *
 * @param accountId whose it is; earlier links of theirs for the same purpose are good no more
 */
export async function newLink(
  store: Store,
  issuer: string,
  purpose: LinkPurpose,
  accountId: string | undefined,
  detail: Readonly<Record<string, string>>,
): Promise<string> {
  const value = randomBytes(32).toString('base64url');
  await store.links.add(value, { purpose, accountId, detail, expiresAt: Date.now() + LIFETIMES[purpose] });
  return `${endpointUrl(issuer, PAGES[purpose])}?link=${value}`;
}
