import type { Identity } from '@portcullis/store';
import type { PageRequest } from '../listener/page-request.ts';
import type { Desk } from './desk.ts';

/** Notes that somebody is known to another provider by this name. */
export async function link(
  page: PageRequest,
  desk: Desk,
  accountId: string,
  { issuer, subject }: Identity,
): Promise<void> {
  const now = Date.now();
  await desk.store.accounts.addIdentity(accountId, { issuer, subject }, now);
  await desk.store.audit.append({
    at: now,
    type: 'account.identity.added',
    outcome: 'success',
    actor: `account:${accountId}`,
    subject: accountId,
    address: page.address,
    requestId: page.id,
    detail: { issuer },
  });
}
