import type { Store } from '@portcullis/store';
import { type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { EndedGrant, ProviderEvents } from './events.ts';

export interface GrantEnding {
  readonly store: Store;
  readonly events: ProviderEvents;
}

/** Whether the grant ends with a token of it that is revoked, or used twice: not with an access token alone (RFC 7009 section 2.1). */
export function endsGrant({ oidc }: KoaContextWithOIDC): boolean {
  return oidc.route !== 'revocation' || oidc.entities.AccessToken === undefined;
}

/**
 * Ends a grant with all that came of it. The access tokens end first, so that one that is cut short here has ended the most
 * dangerous part and told of it; and once more after the grant, for one that was made meanwhile.
 */
export async function endGrant(grantId: string, { store, events }: GrantEnding): Promise<void> {
  const grant = await store.artifacts.find('Grant', grantId);
  const { accountId, clientId, sessionUid } = grant ?? {};
  if (accountId === undefined || clientId === undefined) return store.artifacts.end({ grantId });
  const session = sessionUid === undefined ? undefined : await store.sessions.findByUid(sessionUid);
  const authorizations = session?.payload['authorizations'] as Record<string, { sid?: string }> | undefined;
  const sid = authorizations?.[clientId]?.sid;
  const ended = { grantId, accountId, client: clientId, sid, why: whyEnded() };
  const request = Provider.ctx?.req;
  await events.onGrantEnd(ended, request);
  await store.artifacts.end({ grantId });
  if (sid !== undefined) await events.onTokensLeft(sid, clientId, request);
}

function whyEnded(): EndedGrant['why'] {
  const { oidc } = Provider.ctx ?? {};
  if (oidc?.route !== 'token') return 'client';
  return oidc.params?.['grant_type'] === 'authorization_code' ? 'code_reused' : 'refresh_token_reused';
}
