import type { Store } from '@portcullis/store';
import { type RevokeContext, revoke, untilForgotten, untilNow } from '../revocation/revoke.ts';

/** Why sessions end; it is noted in the audit stream. */
export type EndReason =
  | 'signed_out'
  | 'ended_by_owner'
  | 'password_changed'
  | 'factor_changed'
  | 'account_disabled'
  | 'account_deleted'
  | 'roles_changed'
  | 'operator';

export interface EndContext extends Pick<RevokeContext, 'actor' | 'requestId' | 'address'> {
  /** The `iss` of our tokens. */
  readonly issuer: string;
}

/**
 * Ends sessions of an account with everything that came of them, in one transaction: grants, refresh tokens, codes and
 * access tokens, which every gateway refuses within milliseconds.
 *
 * @param which one session, or all but one
 * @returns how many ended
 */
export async function endSessions(
  store: Store,
  accountId: string,
  which: { readonly uid: string } | { readonly except: string | undefined },
  why: EndReason,
  { issuer, ...context }: EndContext,
): Promise<number> {
  const now = Date.now();
  const until = untilForgotten(now);
  // No other session is ever called so: all its tokens end, whenever they are issued.
  const revocationOf = (sid: string) => ({ issuer, by: 'session' as const, value: sid, until });
  const ended = await store.sessions.end(accountId, which, revocationOf, now);
  for (const { uid, sids } of ended) {
    await store.audit.append({
      at: now,
      type: 'session.ended',
      outcome: 'success',
      subject: accountId,
      ...context,
      detail: { session: uid, sids, why },
    });
  }
  return ended.length;
}

/**
 * Ends every session and every access token of an account, also those whose session is gone already.
 *
 * @returns how many sessions ended
 */
export async function endEverything(
  store: Store,
  accountId: string,
  why: EndReason,
  context: EndContext,
): Promise<number> {
  const count = await endSessions(store, accountId, { except: undefined }, why, context);
  await store.artifacts.end({ accountId });
  await endTokens(store, 'subject', accountId, context);
  return count;
}

/** Ends the access tokens that one client got in one session until now; others may follow. */
export function endTokensOfSid(store: Store, sid: string, context: EndContext): Promise<void> {
  return endTokens(store, 'session', sid, context);
}

async function endTokens(
  store: Store,
  by: 'session' | 'subject',
  value: string,
  { issuer, ...context }: EndContext,
): Promise<void> {
  const now = Date.now();
  await revoke(store, { issuer, by, value, issuedBefore: untilNow(now) }, { ...context, now });
}
