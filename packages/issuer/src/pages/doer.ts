import type { Doer } from '../accounts/manage.ts';
import type { PageRequest } from '../listener/page-request.ts';
import { endpointUrl } from '../listener/public-paths.ts';
import { LETTERS } from '../text.ts';
import type { Desk } from './desk.ts';

/** Somebody who changes their own account, for the audit stream. */
export function doerOf(page: PageRequest, { issuer }: Desk, accountId: string): Doer {
  return { actor: `account:${accountId}`, ...visitOf(page, issuer) };
}

/** Somebody who has not proved who they are. */
export function strangerOf(page: PageRequest, { issuer }: Desk): Doer {
  return { actor: 'unknown', ...visitOf(page, issuer) };
}

function visitOf({ id: requestId, address }: PageRequest, issuer: string): Omit<Doer, 'actor'> {
  return { issuer, now: Date.now(), requestId, address };
}

/** What our mails call us. */
export function siteOf({ issuer }: Desk): string {
  return new URL(issuer).host;
}

/** Tells somebody by mail what was done to their account: it may not have been they. */
export function tellOwner(desk: Desk, email: string, what: string): void {
  const link = endpointUrl(desk.issuer, '/forgot-password');
  desk.mailer?.send(LETTERS.changed(email, siteOf(desk), what, link));
}
