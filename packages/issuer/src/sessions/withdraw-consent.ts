import type { Store } from '@portcullis/store';
import { type EndContext, endTokensOfSid } from './end-sessions.ts';

/** Takes back what somebody let a client do: its grants, refresh tokens and access tokens end in every session. */
export async function withdrawConsent(
  store: Store,
  accountId: string,
  clientId: string,
  context: EndContext,
): Promise<void> {
  // The consent goes last: as long as it is there, this can be done again.
  const end = async (): Promise<void> => {
    await store.artifacts.end({ accountId, clientId });
    for (const sid of await store.sessions.sidsOf(accountId, clientId)) {
      await endTokensOfSid(store, sid, context);
    }
  };
  await end();
  const withdrawn = await store.consents.withdraw(accountId, clientId);
  await end();
  if (!withdrawn) return;
  const { actor, requestId, address } = context;
  await store.audit.append({
    at: Date.now(),
    type: 'consent.withdrawn',
    outcome: 'success',
    actor,
    client: clientId,
    subject: accountId,
    ...(requestId !== undefined && { requestId }),
    ...(address !== undefined && { address }),
  });
}
