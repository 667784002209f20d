import type { Generated } from 'kysely';

/** The tables as they are after the last migration. Times are milliseconds since the epoch; lists are JSON. */
export interface Tables {
  clients: ClientRow;
  client_secrets: ClientSecretRow;
  signing_keys: SigningKeyRow;
  revocations: RevocationRow;
  audit_events: AuditEventRow;
  used_assertions: UsedAssertionRow;
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
