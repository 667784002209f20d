/** What a token is for, as far as it can be told from the outside. */
export type TokenKind =
  | 'access_token'
  | 'id_token'
  | 'client_assertion'
  | 'dpop_proof'
  | 'logout_token'
  | 'security_event'
  | 'refresh_token'
  | 'unknown';

const BY_TYPE: ReadonlyMap<string, TokenKind> = new Map(
  Object.entries<TokenKind>({
    'at+jwt': 'access_token',
    'dpop+jwt': 'dpop_proof',
    'logout+jwt': 'logout_token',
    'secevent+jwt': 'security_event',
    'client-authentication+jwt': 'client_assertion',
  }),
);

/** How some issuers name the kind among the claims: Keycloak in `typ`, Cognito in `token_use`. */
const BY_CLAIM: ReadonlyMap<string, TokenKind> = new Map(
  Object.entries<TokenKind>({
    bearer: 'access_token',
    access: 'access_token',
    id: 'id_token',
    refresh: 'refresh_token',
    offline: 'refresh_token',
    logout: 'logout_token',
  }),
);

const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** Says what kind of token this seems to be: by its typ, or else by claims that only one kind has. */
export function kindOf(
  header: Readonly<Record<string, unknown>>,
  claims: Readonly<Record<string, unknown>>,
): TokenKind {
  const said = text(header['typ']).replace(/^application\//, '');
  const named =
    BY_TYPE.get(said) ?? BY_CLAIM.get(text(claims['typ'])) ?? BY_CLAIM.get(text(claims['token_use']));
  if (named !== undefined) return named;
  if (isLogout(claims['events'])) return 'logout_token';
  if ('events' in claims) return 'security_event';
  if ('htm' in claims || 'htu' in claims) return 'dpop_proof';
  if ('nonce' in claims || 'at_hash' in claims || 'c_hash' in claims) return 'id_token';
  if ('scope' in claims || 'scp' in claims || 'client_id' in claims) return 'access_token';
  if (claims['iss'] !== undefined && claims['iss'] === claims['sub']) return 'client_assertion';
  return 'unknown';
}

/** OpenID Connect Back-Channel Logout 1.0 section 2.4: whatever its typ says. */
function isLogout(events: unknown): boolean {
  return typeof events === 'object' && events !== null && LOGOUT_EVENT in events;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase() : '';
}
