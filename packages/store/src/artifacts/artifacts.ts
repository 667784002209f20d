import { createHash } from 'node:crypto';
import type { Db } from '../database/database.ts';
import type { ArtifactRow } from '../database/tables.ts';

/** Something that the protocol hands out and takes back, such as a refresh token. Times are milliseconds since the epoch. */
export interface Artifact {
  /** What is known of it; never what its holder presents. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly grantId?: string | undefined;
  readonly accountId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly sessionUid?: string | undefined;
  readonly expiresAt: number;
}

export interface StoredArtifact extends Artifact {
  readonly consumedAt: number | undefined;
}

/** What an artifact belongs to: all that do can be ended at once. */
export type ArtifactOwner = Partial<Record<'grantId' | 'accountId' | 'clientId' | 'sessionUid', string>>;

/**
 * Codes, refresh tokens, grants and the like, by kind. What their holders present is kept as a hash only, and one kind is
 * never found as another.
 */
export class Artifacts {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  async find(kind: string, id: string): Promise<StoredArtifact | undefined> {
    const row = await this.#db
      .selectFrom('artifacts')
      .selectAll()
      .where('hash', '=', hashOf(kind, id))
      .executeTakeFirst();
    return row && artifactOf(row);
  }

  /** The same, unless it has expired. @param now milliseconds since the epoch */
  async findGood(kind: string, id: string, now: number): Promise<StoredArtifact | undefined> {
    const found = await this.find(kind, id);
    return found !== undefined && found.expiresAt > now ? found : undefined;
  }

  /** Keeps it, in the place of an earlier one of this id. */
  async save(kind: string, id: string, artifact: Artifact): Promise<void> {
    const row = rowOf(kind, id, artifact);
    const { hash: _hash, consumed_at: _consumed, ...changes } = row;
    await this.#db
      .insertInto('artifacts')
      .values(row)
      .onConflict((conflict) => conflict.column('hash').doUpdateSet(changes))
      .execute();
  }

  /** Uses one up. Of any number who try at once, one gets true. */
  async consume(kind: string, id: string, now: number): Promise<boolean> {
    return consume(this.#db, hashOf(kind, id), now);
  }

  /**
   * Uses one up and keeps what is given for it, both or neither. Of any number who try at once, one gets true.
   *
   * @param successor undefined where nothing is kept
   */
  async redeem(
    used: { readonly kind: string; readonly id: string },
    successor: { readonly kind: string; readonly id: string; readonly artifact: Artifact } | undefined,
    now: number,
  ): Promise<boolean> {
    return this.#db.transaction().execute(async (tx) => {
      if (!(await consume(tx, hashOf(used.kind, used.id), now))) return false;
      if (successor !== undefined) {
        const { kind, id, artifact } = successor;
        await tx
          .insertInto('artifacts')
          .values(rowOf(kind, id, artifact))
          .execute();
      }
      return true;
    });
  }

  /** Takes one away, unless it has expired. Of any number who try at once, one gets it. */
  async take(kind: string, id: string, now: number): Promise<StoredArtifact | undefined> {
    const found = await this.findGood(kind, id, now);
    if (found === undefined) return undefined;
    const { numDeletedRows } = await this.#db
      .deleteFrom('artifacts')
      .where('hash', '=', hashOf(kind, id))
      .where('payload', '=', JSON.stringify(found.payload))
      .executeTakeFirst();
    return numDeletedRows > 0n ? found : undefined;
  }

  async delete(kind: string, id: string): Promise<void> {
    await this.#db.deleteFrom('artifacts').where('hash', '=', hashOf(kind, id)).execute();
  }

  /** Ends all of a kind that came of a grant. */
  async deleteOfGrant(kind: string, grantId: string): Promise<void> {
    await this.#db.deleteFrom('artifacts').where('grant_id', '=', grantId).where('kind', '=', kind).execute();
  }

  /** Ends all that belongs to every one of these. */
  async end({ grantId, accountId, clientId, sessionUid }: ArtifactOwner): Promise<void> {
    if ((grantId ?? accountId ?? clientId ?? sessionUid) === undefined) return;
    await this.#db
      .deleteFrom('artifacts')
      .$if(grantId !== undefined, (query) => query.where('grant_id', '=', grantId ?? ''))
      .$if(accountId !== undefined, (query) => query.where('account_id', '=', accountId ?? ''))
      .$if(clientId !== undefined, (query) => query.where('client_id', '=', clientId ?? ''))
      .$if(sessionUid !== undefined, (query) => query.where('session_uid', '=', sessionUid ?? ''))
      .execute();
  }
}

async function consume(db: Db, hash: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('artifacts')
    .set({ consumed_at: now })
    .where('hash', '=', hash)
    .where('consumed_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

function hashOf(kind: string, id: string): string {
  return createHash('sha256').update(`${kind}\n${id}`).digest('base64url');
}

function rowOf(kind: string, id: string, artifact: Artifact): ArtifactRow {
  return {
    hash: hashOf(kind, id),
    kind,
    payload: JSON.stringify(artifact.payload),
    grant_id: artifact.grantId ?? null,
    account_id: artifact.accountId ?? null,
    client_id: artifact.clientId ?? null,
    session_uid: artifact.sessionUid ?? null,
    expires_at: artifact.expiresAt,
    consumed_at: null,
  };
}

function artifactOf(row: ArtifactRow): StoredArtifact {
  return {
    payload: JSON.parse(row.payload) as Record<string, unknown>,
    grantId: row.grant_id ?? undefined,
    accountId: row.account_id ?? undefined,
    clientId: row.client_id ?? undefined,
    sessionUid: row.session_uid ?? undefined,
    expiresAt: row.expires_at,
    consumedAt: row.consumed_at ?? undefined,
  };
}
