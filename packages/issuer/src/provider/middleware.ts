import type { KoaContextWithOIDC } from 'oidc-provider';
import { isFromCookie, refreshCookie } from '../browser-apps/refresh-cookie.ts';
import { isOriginOf } from '../clients/origins.ts';
import { recordOf } from './client-metadata.ts';
import type { ProviderPages } from './people.ts';

/** The library leaves `jti` out where it takes the token itself for its name (RFC 7662 §2.2). */
export async function nameIntrospected(
  context: KoaContextWithOIDC,
  next: () => Promise<void>,
): Promise<void> {
  await next();
  const { body, oidc } = context;
  if (oidc?.route !== 'introspection' || typeof body !== 'object' || body === null) return;
  if (!('active' in body) || body.active !== true) return;
  const { ClientCredentials: own, AccessToken: somebodys } = oidc.entities;
  Object.assign(body, { jti: (own ?? somebodys)?.extra?.['jti'] });
}

/**
 * A page in a browser gets its refresh token in a cookie that it cannot read (OAuth 2.0 for Browser-Based Applications §6.2),
 * and none at all where no browser would keep the cookie for it.
 */
export function keepFromPages(issuer: string) {
  return async (context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    const { client, route } = context.oidc ?? {};
    if (route !== 'token' || client === undefined || recordOf(client).kind !== 'spa') return;
    const origin = context.get('origin');
    if (isOriginOf(recordOf(client), origin)) context.set('access-control-allow-credentials', 'true');
    const { body } = context;
    if (typeof body !== 'object' || body === null) return;
    if ('error' in body && body.error === 'invalid_grant' && isFromCookie(context.req)) {
      context.status = 401;
      context.append('set-cookie', refreshCookie(issuer, client.clientId, '', 0));
    }
    if (!('refresh_token' in body)) return;
    const { refresh_token: token, ...rest } = body;
    context.body = rest;
    const maxAge = context.oidc.entities.RefreshToken?.remainingTTL ?? 0;
    if (origin === '') return;
    context.append('set-cookie', refreshCookie(issuer, client.clientId, String(token), maxAge));
  };
}

/** Whoever signs out by a form may be sent to another site, which the policy of our pages forbids forms to do. */
export function leaveForm(pages: ProviderPages) {
  return async (context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    if (context.oidc?.route !== 'end_session_confirm' || context.status !== 303) return;
    pages.goOn(context, context.response.get('location'));
  };
}
