import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';

type Migration = (tx: Tx, database: Database) => Promise<void>;

/** In order; one that was released is never changed, and none is taken back. */
export const MIGRATIONS: readonly Migration[] = [firstTables];

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
