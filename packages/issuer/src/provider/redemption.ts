import type { IncomingMessage } from 'node:http';
import type { Artifact } from '@portcullis/store';
import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { endGrant, type GrantEnding } from './end-grant.ts';

/** What a request to the token endpoint presents, and the refresh token that it gets for it. */
export interface Redemption {
  used?: { readonly kind: string; readonly id: string };
  successor?: { readonly kind: string; readonly id: string; readonly artifact: Artifact };
}

const redemptions = new WeakMap<IncomingMessage, Redemption>();

/** Undefined elsewhere than at the token endpoint: there nothing waits. */
export function redemptionOf(context: KoaContextWithOIDC | undefined): Redemption | undefined {
  if (context?.oidc.route !== 'token') return undefined;
  const redemption = redemptions.get(context.req) ?? {};
  redemptions.set(context.req, redemption);
  return redemption;
}

/**
 * Uses up what was presented and keeps what is given for it, in one step, and only once there is nothing left that could be
 * refused: a client that is told to come again can. Of several who came with the same one at once, one is answered; the others
 * end its whole family, since nobody can tell which of them is the thief.
 */
export function redeem(options: GrantEnding) {
  const { store, events } = options;
  return async (context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    const { used, successor } = redemptions.get(context.req) ?? {};
    if (used === undefined || context.status !== 200) return;
    try {
      if (await store.artifacts.redeem(used, successor, Date.now())) return;
      const grantId = (await store.artifacts.find(used.kind, used.id))?.grantId;
      if (grantId !== undefined) await endGrant(grantId, options);
      refuse(context, 400, 'invalid_grant');
      const refusal = new errors.InvalidGrant('already used');
      events.onRefusal('token', refusal, context.oidc.client?.clientId, context.req);
    } catch (error) {
      refuse(context, 503, 'temporarily_unavailable');
      context.set('retry-after', '5');
      events.onFault(error instanceof Error ? error : new Error(String(error)), context.req);
    }
  };
}

function refuse(context: KoaContextWithOIDC, status: number, error: string): void {
  context.status = status;
  context.body = { error };
}
