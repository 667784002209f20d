import { randomBytes } from 'node:crypto';
import type { Account, Client, Store } from '@portcullis/store';
import {
  type Configuration,
  errors,
  type Grant,
  interactionPolicy,
  type KoaContextWithOIDC,
  type Provider,
  type Account as ProviderAccount,
} from 'oidc-provider';
import { ACR_VALUES, reaches } from '../accounts/authentication.ts';
import { PERSONAL_CLAIMS } from '../accounts/personal-claims.ts';
import { isFromCookie } from '../browser-apps/refresh-cookie.ts';
import { cookieNames, cookieOptions } from '../listener/cookies.ts';
import { endpointUrl, PATHS } from '../listener/public-paths.ts';
import type { Resource } from '../resources/resources.ts';
import { recordOf } from './client-metadata.ts';

/** Seconds. */
const CODE_LIFETIME = 60;
const INTERACTION_LIFETIME = 30 * 60;
const ID_TOKEN_LIFETIME = 10 * 60;
const PUSHED_REQUEST_LIFETIME = 60;
/** How long a session is kept in which nobody has signed in: for who signs out without being signed in. Seconds. */
const NOBODYS_SESSION = 10 * 60;
/** How long an access token for the userinfo endpoint lives. Seconds. */
const USERINFO_LIFETIME = 10 * 60;

/** Under this name an account of the library carries ours. */
const RECORD = 'portcullis_account';

export interface PeopleOptions {
  readonly issuer: string;
  readonly store: Store;
  readonly resources: ReadonlyMap<string, Resource>;
  /** Seconds. */
  readonly sessionLifetime: number;
  readonly refreshLifetime: number;
  /** Resolves once a token that is issued now would not be revoked already; false when it always would be. */
  readonly untilIssuable: (claims: Readonly<Record<string, unknown>>) => Promise<boolean>;
  /** Renders a page of ours; the library adds what it must. */
  readonly pages: ProviderPages;
}

/** What the library has shown. */
export interface ProviderPages {
  /** @param form the form that signs out, as HTML, without a button */
  signOut(context: KoaContextWithOIDC, form: string): void;
  signedOut(context: KoaContextWithOIDC): void;
  error(
    context: KoaContextWithOIDC,
    out: { readonly error: string; readonly error_description?: string | undefined },
  ): void;
  /** Sends the browser on from what a form led to. */
  goOn(context: KoaContextWithOIDC, location: string): void;
}

/** The part of the library's configuration that is about people: who they are, what they granted, and for how long. */
export function peopleConfiguration(options: PeopleOptions) {
  const { issuer, pages, sessionLifetime, refreshLifetime } = options;
  const cookies = { ...cookieOptions(issuer) };
  const { session, interaction, resume } = cookieNames(issuer);
  return {
    responseTypes: ['code'],
    scopes: ['openid', 'offline_access'],
    claims: Object.fromEntries(
      Object.entries(PERSONAL_CLAIMS).map(([scope, claims]) => [scope, [...claims]]),
    ),
    acrValues: [...ACR_VALUES],
    subjectTypes: ['public'],
    pkce: { required: () => true },
    allowOmittingSingleRegisteredRedirectUri: false,
    routes: {
      authorization: PATHS.authorization,
      end_session: PATHS.endSession,
      pushed_authorization_request: PATHS.pushedRequest,
      userinfo: PATHS.userinfo,
    },
    cookies: { names: { session, interaction, resume }, long: cookies, short: cookies },
    conformIdTokenClaims: false,
    // Its tokens end with the session that they came of.
    expiresWithSession: () => true,
    rotateRefreshToken: ({ oidc, req }) => {
      const isPage = oidc.client !== undefined && recordOf(oidc.client).kind === 'spa';
      if (isPage && !isFromCookie(req))
        throw new errors.InvalidGrant('a page does not hold its refresh token');
      return true;
    },
    issueRefreshToken: (_context, client) => client.grantTypeAllowed('refresh_token'),
    interactions: {
      policy: interactionPolicyOf(),
      url: (_context, { uid }) => endpointUrl(issuer, `/interaction/${uid}`),
    },
    findAccount: (context, id, token) => findAccount(context, id, token, options),
    loadExistingGrant: (context) => loadGrant(context, options),
    ttl: {
      AuthorizationCode: CODE_LIFETIME,
      Interaction: INTERACTION_LIFETIME,
      IdToken: ID_TOKEN_LIFETIME,
      PushedAuthorizationRequest: PUSHED_REQUEST_LIFETIME,
      Grant: sessionLifetime,
      AccessToken: (_context, token) => token.resourceServer?.accessTokenTTL ?? USERINFO_LIFETIME,
      Session: (_context, { accountId, loginTs }) =>
        accountId === undefined ? NOBODYS_SESSION : remaining(loginTs, sessionLifetime),
      RefreshToken: (_context, token) => remaining(token.iiat, refreshLifetime),
    },
    features: {
      userinfo: { enabled: true },
      pushedAuthorizationRequests: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => pages.signOut(context, form),
        postLogoutSuccessSource: (context) => pages.signedOut(context),
      },
    },
  } satisfies Configuration;
}

/** The library's own checks, and one more: a level that is asked for is tried for (OpenID Connect Core §3.1.2.1). */
function interactionPolicyOf(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  const reached = new interactionPolicy.Check(
    'acr_values',
    'none of the requested levels of authentication was reached',
    ({ oidc }) => {
      const asked = oidc.params?.['acr_values'];
      if (typeof asked !== 'string' || oidc.result?.login !== undefined) return false;
      const { acr } = oidc.session ?? {};
      return !asked.split(' ').some((one) => reaches(acr, one));
    },
  );
  policy.get('login')?.checks.add(reached);
  return policy;
}

/** What the library does otherwise than we want, where it has no setting. */
export function adaptPrototypes(provider: Provider): void {
  // Each token of somebody tells the session that it came of, so that it ends with it.
  provider.Client.prototype.includeSid = () => true;
  // The store keeps a session under one name of its own: the earlier identifier ends when the new one is kept.
  provider.Session.prototype.resetIdentifier = function () {
    Object.assign(this, { id: randomBytes(32).toString('base64url'), touched: true });
  };
}

/** Seconds that are left of a lifetime that began then; at least one. */
function remaining(since: number | undefined, lifetime: number): number {
  const now = Math.floor(Date.now() / 1000);
  return Math.max(1, (since ?? now) + lifetime - now);
}

async function findAccount(
  { oidc }: KoaContextWithOIDC,
  id: string,
  token: unknown,
  { store, issuer, untilIssuable }: PeopleOptions,
): Promise<ProviderAccount | undefined> {
  const account = await store.accounts.find(id);
  if (account === undefined || account.disabledAt !== undefined) return undefined;
  // Signed out everywhere since they proved who they are: they have to do so again.
  const provedAt = oidc.result?.login?.['provedAt'];
  if (typeof provedAt === 'number' && provedAt <= (account.signedOutAt ?? 0)) {
    throw new errors.SessionNotFound('signed out meanwhile');
  }
  if (oidc.route === 'token') {
    const sid = typeof token === 'object' && token !== null && 'sid' in token ? token.sid : undefined;
    const claims = { iss: issuer, sub: id, sid, client_id: oidc.client?.clientId };
    if (!(await untilIssuable(claims))) return undefined;
  }
  return { accountId: id, claims: async () => ({ ...claimsOf(account) }), [RECORD]: account };
}

/** Our own record of an account that the library holds. */
export function accountOf(account: ProviderAccount): Account {
  return account[RECORD] as Account;
}

function claimsOf(account: Account): { sub: string } & Record<string, unknown> {
  const { id, email, emailVerifiedAt, name } = account;
  return { sub: id, email, email_verified: emailVerifiedAt !== undefined, name };
}

/** What somebody lets a client do, of what it asks for now; undefined where that is nothing yet. */
async function loadGrant(context: KoaContextWithOIDC, options: PeopleOptions): Promise<Grant | undefined> {
  const { oidc } = context;
  const { client, session, account } = oidc;
  if (client === undefined || session === undefined || account === undefined) return undefined;
  const known = session.grantIdFor(client.clientId);
  const { Grant: Grants } = oidc.provider;
  const found = known === undefined ? undefined : await Grants.find(known);
  const grant = found ?? new Grants({ accountId: account.accountId, clientId: client.clientId });
  if (!(await widen(grant, context, recordOf(client), options))) return found;
  await grant.save();
  return grant;
}

/** Adds what is asked for and was agreed to. @returns whether that is anything */
async function widen(
  grant: Grant,
  { oidc }: KoaContextWithOIDC,
  client: Client,
  { store }: PeopleOptions,
): Promise<boolean> {
  const agreed = client.firstParty ? undefined : await store.consents.list(grant.accountId ?? '', client.id);
  const mayHave = (audience: string, scope: string): boolean =>
    agreed === undefined || agreed.some((one) => one.audience === audience && one.scopes.includes(scope));
  const had = new Set(grant.getOIDCScope().split(' '));
  const personal = [...oidc.requestParamOIDCScopes].filter((scope) => mayHave('', scope) && !had.has(scope));
  let widened = personal.length > 0;
  if (widened) grant.addOIDCScope(personal);
  for (const [audience, server] of Object.entries(oidc.resourceServers ?? {})) {
    const before = new Set(grant.getResourceScope(audience).split(' '));
    const scopes = [...oidc.requestParamScopes].filter(
      (scope) => server.scopes.has(scope) && mayHave(audience, scope) && !before.has(scope),
    );
    if (scopes.length === 0) continue;
    grant.addResourceScope(audience, scopes);
    widened = true;
  }
  return widened;
}
