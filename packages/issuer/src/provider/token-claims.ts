import type { AccessToken, ClientCredentials, KoaContextWithOIDC } from 'oidc-provider';
import type { Resource } from '../resources/resources.ts';
import { recordOf } from './client-metadata.ts';
import type { IssuedToken, ProviderEvents } from './events.ts';
import { accountOf } from './people.ts';

/** What else a token tells: of a client the roles that it has; of a person theirs, and how and where they signed in. */
export async function extraClaims(
  context: KoaContextWithOIDC,
  token: AccessToken | ClientCredentials,
  {
    resources,
    events,
  }: {
    readonly resources: ReadonlyMap<string, Resource>;
    readonly events: ProviderEvents;
  },
): Promise<Record<string, unknown> | undefined> {
  const { oidc } = context;
  if (!('accountId' in token)) {
    const grant = oidc.client && recordOf(oidc.client).grants.find(({ audience }) => audience === token.aud);
    return grant === undefined || grant.roles.length === 0 ? undefined : { roles: [...grant.roles] };
  }
  const { acr, amr, authTime } = oidc.entities.AuthorizationCode ?? oidc.entities.RefreshToken ?? {};
  const audience = typeof token.aud === 'string' ? token.aud : '';
  const known = resources.get(audience)?.roles;
  const held = oidc.account && accountOf(oidc.account).roles.find((one) => one.audience === audience);
  const roles = held?.roles.filter((role) => known?.has(role)) ?? [];
  const extra = { sid: token.sid, acr, amr, auth_time: authTime, ...(roles.length > 0 && { roles }) };
  if (audience === '') {
    const { accountId: sub, scope, iat } = token;
    await announce(context, token, { sub, scope, iat, ...extra }, events);
  }
  return extra;
}

/** Has a token noted that is about to be signed. */
export async function announce(
  context: KoaContextWithOIDC,
  token: AccessToken | ClientCredentials,
  claims: Readonly<Record<string, unknown>>,
  events: ProviderEvents,
): Promise<void> {
  const { client, params } = context.oidc;
  if (client === undefined) throw new Error('a token without a client');
  const issued: IssuedToken = {
    client: recordOf(client),
    claims,
    grantType: String(params?.['grant_type']),
    grantId: 'grantId' in token ? token.grantId : undefined,
  };
  await events.onIssue(issued, context.req);
}
