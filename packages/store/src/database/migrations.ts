import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';

type Migration = (tx: Tx, database: Database) => Promise<void>;

/**
 * In order; one that was released is never changed, and none is taken back. Columns are added at the end of a table only: the version
 * before reads on while the next one migrates.
 */
export const MIGRATIONS: readonly Migration[] = [firstTables, people];

async function firstTables(tx: Tx, { serial }: Database): Promise<void> {
  const statements = [
    `create table clients (
      id text primary key,
      name text not null,
      owner text not null,
      kind text not null,
      contacts text not null,
      grants text not null,
      introspects text not null,
      auth_method text not null,
      jwks text,
      created_at bigint not null,
      disabled_at bigint,
      last_used_at bigint
    )`,
    `create table client_secrets (
      id text primary key,
      client_id text not null references clients (id) on delete cascade,
      hash text not null,
      created_at bigint not null,
      expires_at bigint
    )`,
    'create index client_secrets_of_client on client_secrets (client_id)',
    `create table signing_keys (
      kid text primary key,
      ring text not null,
      alg text not null,
      state text not null,
      public_jwk text not null,
      sealed_jwk text not null,
      created_at bigint not null,
      changed_at bigint not null
    )`,
    // At most one key of a ring may be about to sign, and at most one may sign.
    `create unique index signing_keys_one_each on signing_keys (ring, alg, state) where state in ('next', 'current')`,
    `create table revocations (
      seq ${serial},
      issuer text not null,
      revoked_by text not null,
      value text not null,
      issued_before bigint,
      until bigint,
      created_at bigint not null
    )`,
    'create index revocations_until on revocations (until)',
    'create index revocations_value on revocations (value)',
    `create table audit_events (
      seq ${serial},
      at bigint not null,
      type text not null,
      outcome text not null,
      actor text not null,
      client_id text,
      subject text,
      address text,
      request_id text,
      detail text not null
    )`,
    'create index audit_events_at on audit_events (at)',
    `create table used_assertions (
      id text primary key,
      until bigint not null
    )`,
    'create index used_assertions_until on used_assertions (until)',
  ];
  for (const statement of statements) await sql.raw(statement).execute(tx);
}

/** Accounts, sessions, and what people granted to whom. */
async function people(tx: Tx, { serial }: Database): Promise<void> {
  const statements = [
    `alter table clients add column redirect_uris text not null default '[]'`,
    `alter table clients add column post_logout_redirect_uris text not null default '[]'`,
    'alter table clients add column backchannel_logout_uri text',
    'alter table clients add column first_party integer not null default 0',
    `create table accounts (
      id text primary key,
      email text not null unique,
      email_verified_at bigint,
      name text not null,
      password_hash text,
      roles text not null,
      administrator integer not null,
      sealed_totp text,
      totp_step bigint,
      created_at bigint not null,
      disabled_at bigint,
      last_sign_in_at bigint,
      signed_out_at bigint
    )`,
    `create table recovery_codes (
      account_id text not null references accounts (id) on delete cascade,
      hash text not null,
      primary key (account_id, hash)
    )`,
    `create table passkeys (
      id text primary key,
      account_id text not null references accounts (id) on delete cascade,
      name text not null,
      public_key text not null,
      counter bigint not null,
      transports text not null,
      created_at bigint not null,
      last_used_at bigint
    )`,
    'create index passkeys_of_account on passkeys (account_id)',
    `create table identities (
      issuer text not null,
      subject text not null,
      account_id text not null references accounts (id) on delete cascade,
      created_at bigint not null,
      primary key (issuer, subject)
    )`,
    'create index identities_of_account on identities (account_id)',
    `create table one_time_links (
      hash text primary key,
      purpose text not null,
      account_id text references accounts (id) on delete cascade,
      detail text not null,
      expires_at bigint not null
    )`,
    'create index one_time_links_expire on one_time_links (expires_at)',
    'create index one_time_links_of_account on one_time_links (account_id)',
    `create table consents (
      account_id text not null references accounts (id) on delete cascade,
      client_id text not null references clients (id) on delete cascade,
      audience text not null,
      scopes text not null,
      granted_at bigint not null,
      primary key (account_id, client_id, audience)
    )`,
    'create index consents_of_client on consents (client_id)',
    `create table sessions (
      hash text primary key,
      uid text not null unique,
      account_id text references accounts (id) on delete cascade,
      payload text not null,
      address text not null,
      user_agent text not null,
      created_at bigint not null,
      seen_at bigint not null,
      expires_at bigint not null
    )`,
    'create index sessions_of_account on sessions (account_id)',
    'create index sessions_expire on sessions (expires_at)',
    `create table artifacts (
      hash text primary key,
      kind text not null,
      payload text not null,
      grant_id text,
      account_id text,
      client_id text,
      session_uid text,
      expires_at bigint not null,
      consumed_at bigint
    )`,
    'create index artifacts_of_grant on artifacts (grant_id)',
    'create index artifacts_of_account on artifacts (account_id)',
    'create index artifacts_of_client on artifacts (client_id)',
    'create index artifacts_of_session on artifacts (session_uid)',
    'create index artifacts_expire on artifacts (expires_at)',
    `create table logout_notices (
      seq ${serial},
      client_id text not null references clients (id) on delete cascade,
      account_id text not null,
      sid text not null,
      attempts integer not null,
      due_at bigint not null
    )`,
    'create index logout_notices_due on logout_notices (due_at)',
  ];
  for (const statement of statements) await sql.raw(statement).execute(tx);
}
