import type { Generated } from 'kysely';

/** The tables as they are after the last migration. Times are milliseconds since the epoch; lists are JSON. */
export interface Tables {
  clients: ClientRow;
  client_secrets: ClientSecretRow;
  signing_keys: SigningKeyRow;
  revocations: RevocationRow;
  audit_events: AuditEventRow;
  used_assertions: UsedAssertionRow;
  accounts: AccountRow;
  recovery_codes: RecoveryCodeRow;
  passkeys: PasskeyRow;
  identities: IdentityRow;
  one_time_links: OneTimeLinkRow;
  consents: ConsentRow;
  sessions: SessionRow;
  artifacts: ArtifactRow;
  logout_notices: LogoutNoticeRow;
}

export interface ClientRow {
  id: string;
  name: string;
  owner: string;
  kind: string;
  contacts: string;
  grants: string;
  introspects: string;
  auth_method: string;
  jwks: string | null;
  created_at: number;
  disabled_at: number | null;
  last_used_at: number | null;
  redirect_uris: string;
  post_logout_redirect_uris: string;
  backchannel_logout_uri: string | null;
  first_party: number;
}

export interface ClientSecretRow {
  id: string;
  client_id: string;
  /** SHA-256 of the secret, base64url. */
  hash: string;
  created_at: number;
  expires_at: number | null;
}

export interface SigningKeyRow {
  kid: string;
  ring: string;
  alg: string;
  state: string;
  public_jwk: string;
  /** Sealed under the master key; empty once it is retired. */
  sealed_jwk: string;
  created_at: number;
  changed_at: number;
}

export interface RevocationRow {
  /** Grows in the order in which they are committed. */
  seq: Generated<number>;
  issuer: string;
  revoked_by: string;
  value: string;
  issued_before: number | null;
  until: number | null;
  created_at: number;
}

export interface AuditEventRow {
  seq: Generated<number>;
  at: number;
  type: string;
  outcome: string;
  actor: string;
  client_id: string | null;
  subject: string | null;
  address: string | null;
  request_id: string | null;
  detail: string;
}

export interface UsedAssertionRow {
  /** A hash, never the assertion. */
  id: string;
  until: number;
}

export interface AccountRow {
  id: string;
  /** In lower case. */
  email: string;
  email_verified_at: number | null;
  name: string;
  /** argon2id, in the PHC string format; null for somebody who signs in by other means only. */
  password_hash: string | null;
  /** Roles, by API. */
  roles: string;
  administrator: number;
  /** Sealed under the master key. */
  sealed_totp: string | null;
  /** The newest time step whose code was used (RFC 6238 §5.2). */
  totp_step: number | null;
  created_at: number;
  disabled_at: number | null;
  last_sign_in_at: number | null;
  /** Who proved before then who they are has to do so again. */
  signed_out_at: number | null;
}

export interface RecoveryCodeRow {
  account_id: string;
  hash: string;
}

export interface PasskeyRow {
  /** The credential ID, base64url. */
  id: string;
  account_id: string;
  name: string;
  /** COSE, base64url. */
  public_key: string;
  counter: number;
  transports: string;
  created_at: number;
  last_used_at: number | null;
}

export interface IdentityRow {
  issuer: string;
  subject: string;
  account_id: string;
  created_at: number;
}

export interface OneTimeLinkRow {
  /** SHA-256 of what the link carries. */
  hash: string;
  purpose: string;
  account_id: string | null;
  detail: string;
  expires_at: number;
}

export interface ConsentRow {
  account_id: string;
  client_id: string;
  /** Of an API; empty for what OpenID Connect tells of a person. */
  audience: string;
  scopes: string;
  granted_at: number;
}

export interface SessionRow {
  /** SHA-256 of what the cookie carries. */
  hash: string;
  uid: string;
  account_id: string | null;
  payload: string;
  address: string;
  user_agent: string;
  created_at: number;
  seen_at: number;
  expires_at: number;
}

export interface ArtifactRow {
  /** SHA-256 of the kind and of what whoever holds it presents. */
  hash: string;
  kind: string;
  payload: string;
  grant_id: string | null;
  account_id: string | null;
  client_id: string | null;
  session_uid: string | null;
  expires_at: number;
  consumed_at: number | null;
}

export interface LogoutNoticeRow {
  seq: Generated<number>;
  client_id: string;
  account_id: string;
  sid: string;
  attempts: number;
  due_at: number;
}
