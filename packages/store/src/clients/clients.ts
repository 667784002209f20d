import type { CompiledQuery } from 'kysely';
import type { Db, Tx } from '../database/database.ts';
import type { ClientRow, ClientSecretRow } from '../database/tables.ts';
import { StoreError } from '../errors.ts';
import {
  type ApiGrant,
  AUTH_METHODS,
  CLIENT_KINDS,
  type Client,
  type ClientChanges,
  type NewClient,
  type StoredSecret,
} from './client.ts';

/** A secret beside its client; null for a client without one. */
interface SecretColumns {
  readonly secret_id: string | null;
  readonly secret_hash: string | null;
  readonly secret_created_at: number | null;
  readonly secret_expires_at: number | null;
}

/** The clients of the issuer. */
export class Clients {
  readonly #db: Db;

  /** Made once: it is asked with each token. */
  readonly #lookUp: CompiledQuery<ClientRow & SecretColumns>;

  constructor(db: Db) {
    this.#db = db;
    this.#lookUp = db
      .selectFrom('clients')
      .leftJoin('client_secrets as secret', 'secret.client_id', 'clients.id')
      .selectAll('clients')
      .select([
        'secret.id as secret_id',
        'secret.hash as secret_hash',
        'secret.created_at as secret_created_at',
        'secret.expires_at as secret_expires_at',
      ])
      .where('clients.id', '=', '')
      .orderBy('secret.created_at')
      .compile();
  }

  find(id: string): Promise<Client | undefined> {
    return this.#find(this.#db, id);
  }

  async #find(db: Db, id: string): Promise<Client | undefined> {
    const { rows } = await db.executeQuery<ClientRow & SecretColumns>({
      ...this.#lookUp,
      parameters: [id],
    });
    const [row] = rows;
    return row && clientOf(row, rows.flatMap(secretRowsOf));
  }

  /** Of clients as they were found, those that may still do what they might then. */
  async unchanged(clients: readonly Client[]): Promise<ReadonlySet<Client>> {
    const found = await this.#db
      .selectFrom('clients')
      .select(['id', 'grants'])
      .where('id', 'in', [...new Set(clients.map(({ id }) => id))])
      .where('disabled_at', 'is', null)
      .execute();
    const grants = new Map(found.map((row) => [row.id, row.grants]));
    return new Set(clients.filter((one) => grants.get(one.id) === JSON.stringify(one.grants)));
  }

  /** All of them, by id. */
  async list(): Promise<Client[]> {
    const rows = await this.#db.selectFrom('clients').selectAll().orderBy('id').execute();
    const secrets = await this.#db.selectFrom('client_secrets').selectAll().orderBy('created_at').execute();
    const byClient = Map.groupBy(secrets, (secret) => secret.client_id);
    return rows.map((row) => clientOf(row, byClient.get(row.id) ?? []));
  }

  /** @throws {StoreError} `exists` */
  async add(client: NewClient): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      const { numInsertedOrUpdatedRows } = await tx
        .insertInto('clients')
        .values(rowOf(client))
        .onConflict((conflict) => conflict.column('id').doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows === 0n) throw new StoreError('exists', `client ${client.id}`);
      for (const secret of client.secrets) {
        await tx.insertInto('client_secrets').values(secretRowOf(client.id, secret)).execute();
      }
    });
  }

  /**
   * Changes a client while nobody else can.
   *
   * @param plan is given the client as it is; what it throws leaves it so
   * @returns the client as it was and as it is; undefined when there is none
   */
  async change(
    id: string,
    plan: (client: Client) => ClientChanges,
  ): Promise<{ before: Client; after: Client } | undefined> {
    return this.#db.transaction().execute(async (tx) => {
      if (!(await locked(tx, id))) return undefined;
      const before = await this.#find(tx, id);
      if (before === undefined) return undefined;
      const changes = plan(before);
      const after = { ...before, ...changes };
      const { id: _id, disabled_at: _disabled, last_used_at: _used, ...row } = rowOf(after);
      await tx.updateTable('clients').set(row).where('id', '=', id).execute();
      return { before, after };
    });
  }

  /**
   * Adds a secret. Of those that were there the newest goes on until `overlapUntil`, and older ones end: two at most overlap.
   *
   * @returns false when there is no such client
   */
  async rotateSecret(id: string, secret: StoredSecret, overlapUntil: number): Promise<boolean> {
    return this.#db.transaction().execute(async (tx) => {
      if (!(await locked(tx, id))) return false;
      const [newest, ...older] = await tx
        .selectFrom('client_secrets')
        .selectAll()
        .where('client_id', '=', id)
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .execute();
      for (const { id: old } of older) await tx.deleteFrom('client_secrets').where('id', '=', old).execute();
      if (newest !== undefined) {
        const expires_at = Math.min(newest.expires_at ?? Infinity, overlapUntil);
        await tx.updateTable('client_secrets').set({ expires_at }).where('id', '=', newest.id).execute();
      }
      await tx.insertInto('client_secrets').values(secretRowOf(id, secret)).execute();
      return true;
    });
  }

  /** @returns false when there is no such client, or it is so already */
  async setDisabled(id: string, disabledAt: number | undefined): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('clients')
      .set({ disabled_at: disabledAt ?? null })
      .where('id', '=', id)
      .where('disabled_at', disabledAt === undefined ? 'is not' : 'is', null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** @returns false when there is no such client */
  async delete(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db.deleteFrom('clients').where('id', '=', id).executeTakeFirst();
    return numDeletedRows > 0n;
  }

  /** Notes when clients were last used. */
  async touch(lastUsed: ReadonlyMap<string, number>): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      // In one order, so that two who do so at once do not wait for each other.
      for (const [id, at] of [...lastUsed].sort(([one], [other]) => (one < other ? -1 : 1))) {
        await tx.updateTable('clients').set({ last_used_at: at }).where('id', '=', id).execute();
      }
    });
  }
}

/** Two who change a client at once do it one after the other. @returns false when there is no such client */
async function locked(tx: Tx, id: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('clients')
    .set((row) => ({ name: row.ref('name') }))
    .where('id', '=', id)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

function rowOf(client: NewClient): ClientRow {
  return {
    id: client.id,
    name: client.name,
    owner: client.owner,
    kind: client.kind,
    contacts: JSON.stringify(client.contacts),
    grants: JSON.stringify(client.grants),
    introspects: JSON.stringify(client.introspects),
    auth_method: client.authMethod,
    jwks: client.jwks === undefined ? null : JSON.stringify(client.jwks),
    created_at: client.createdAt,
    disabled_at: null,
    last_used_at: null,
    redirect_uris: JSON.stringify(client.redirectUris),
    post_logout_redirect_uris: JSON.stringify(client.postLogoutRedirectUris),
    backchannel_logout_uri: client.backchannelLogoutUri ?? null,
    first_party: client.firstParty ? 1 : 0,
  };
}

function secretRowOf(client: string, { id, hash, createdAt, expiresAt }: StoredSecret): ClientSecretRow {
  return { id, client_id: client, hash, created_at: createdAt, expires_at: expiresAt ?? null };
}

function secretRowsOf(row: ClientRow & SecretColumns): ClientSecretRow[] {
  const { id: client_id, secret_id: id, secret_hash: hash, secret_created_at: created_at } = row;
  if (id === null || hash === null || created_at === null) return [];
  return [{ id, client_id, hash, created_at, expires_at: row.secret_expires_at }];
}

/** The columns hold what `rowOf` wrote. */
function clientOf(row: ClientRow, secrets: readonly ClientSecretRow[]): Client {
  const authMethod = AUTH_METHODS.find((method) => method === row.auth_method);
  if (authMethod === undefined) throw new Error(`client ${row.id} has an unknown auth_method`);
  const kind = CLIENT_KINDS.find((one) => one === row.kind);
  if (kind === undefined) throw new Error(`client ${row.id} is of an unknown kind`);
  return {
    id: row.id,
    name: row.name,
    owner: row.owner,
    kind,
    contacts: JSON.parse(row.contacts) as string[],
    grants: JSON.parse(row.grants) as ApiGrant[],
    introspects: JSON.parse(row.introspects) as string[],
    authMethod,
    jwks: row.jwks === null ? undefined : (JSON.parse(row.jwks) as { keys: object[] }),
    createdAt: row.created_at,
    disabledAt: row.disabled_at ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
    secrets: secrets.map(({ id, hash, created_at, expires_at }) => ({
      id,
      hash,
      createdAt: created_at,
      expiresAt: expires_at ?? undefined,
    })),
    redirectUris: JSON.parse(row.redirect_uris) as string[],
    postLogoutRedirectUris: JSON.parse(row.post_logout_redirect_uris) as string[],
    backchannelLogoutUri: row.backchannel_logout_uri ?? undefined,
    firstParty: row.first_party === 1,
  };
}
