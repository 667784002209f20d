import { LONGEST_LIFETIME, type Revocation } from '@portcullis/guard';
import type { Store } from '@portcullis/store';

/** How far clocks may differ where tokens are checked. Seconds. */
const SKEW = 60;

export interface RevokeContext {
  readonly actor: string;
  /** How long the longest-lived token that this could end may live, in seconds. Default: the longest that ours ever may. */
  readonly longestToken?: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly requestId?: string;
  readonly address?: string;
  /** Why, in the operator's words. */
  readonly reason?: string;
}

/**
 * The `issuedBefore` that ends all tokens that were issued until now: tokens tell the second only, so it is the next one.
 *
 * @param now milliseconds since the epoch
 * @returns seconds since the epoch
 */
export function untilNow(now: number): number {
  return Math.floor(now / 1000) + 1;
}

/**
 * When the last token that was issued by now has expired wherever it is checked.
 *
 * @param now milliseconds since the epoch
 * @param longestToken seconds
 * @returns seconds since the epoch
 */
export function untilForgotten(now: number, longestToken = LONGEST_LIFETIME): number {
  return now / 1000 + longestToken + SKEW;
}

/**
 * Ends tokens: once this resolves it survives whatever happens, and every gateway that follows the store knows within
 * milliseconds. It is forgotten once the last token that it ends has expired; a key's never, since whoever stole the key
 * can go on signing.
 *
 * @param revocation without `until`, that is worked out here
 */
export async function revoke(store: Store, revocation: Revocation, context: RevokeContext): Promise<void> {
  const { actor, longestToken = LONGEST_LIFETIME, now, requestId, address, reason } = context;
  const given = revocation.until === undefined ? undefined : revocation.until + SKEW;
  const until = given ?? (revocation.by === 'key' ? undefined : untilForgotten(now, longestToken));
  await store.revocations.add([{ ...revocation, ...(until !== undefined && { until }) }], now);
  const { by, value, issuer, issuedBefore } = revocation;
  await store.audit.append({
    at: now,
    type: 'tokens.revoked',
    outcome: 'success',
    actor,
    ...(by === 'client' && { client: value }),
    ...(by === 'subject' && { subject: value }),
    ...(requestId !== undefined && { requestId }),
    ...(address !== undefined && { address }),
    detail: { issuer, by, value, issuedBefore, reason },
  });
}
