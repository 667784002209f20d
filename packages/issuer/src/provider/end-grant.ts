import type { Store } from '@portcullis/store';
import { Provider } from 'oidc-provider';
import type { EndedGrant, ProviderEvents } from './events.ts';

/** Ends what came of a grant; what was issued by it is ended by whoever is told. */
export async function endGrant(
  grantId: string,
  { store, events }: { readonly store: Store; readonly events: ProviderEvents },
): Promise<void> {
  const grant = await store.artifacts.find('Grant', grantId);
  await store.artifacts.end({ grantId });
  const { accountId, clientId, sessionUid } = grant ?? {};
  if (accountId === undefined || clientId === undefined) return;
  const session = sessionUid === undefined ? undefined : await store.sessions.findByUid(sessionUid);
  const authorizations = session?.payload['authorizations'] as Record<string, { sid?: string }> | undefined;
  const sid = authorizations?.[clientId]?.sid;
  await events.onGrantEnd({ grantId, accountId, client: clientId, sid, why: whyEnded() }, Provider.ctx?.req);
}

function whyEnded(): EndedGrant['why'] {
  const { oidc } = Provider.ctx ?? {};
  if (oidc?.route !== 'token') return 'client';
  return oidc.params?.['grant_type'] === 'authorization_code' ? 'code_reused' : 'refresh_token_reused';
}
