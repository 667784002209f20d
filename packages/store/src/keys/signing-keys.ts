import type { Database, Tx } from '../database/database.ts';
import type { SigningKeyRow } from '../database/tables.ts';
import { SEALED } from '../sealing/seal-anew.ts';

/**
 * next: published, will sign; current: signs; previous: published, signs no more; retired: not published, its private half
 * is gone.
 */
export const KEY_STATES = ['next', 'current', 'previous', 'retired'] as const;
export type KeyState = (typeof KEY_STATES)[number];

/** A signing key as it is kept. Times are milliseconds since the epoch. */
export interface StoredKey {
  readonly kid: string;
  /** Which ring it belongs to: one for each environment and purpose. */
  readonly ring: string;
  readonly alg: string;
  readonly state: KeyState;
  readonly publicJwk: object;
  /** The private JWK, sealed; empty for a retired key. */
  readonly sealed: string;
  readonly createdAt: number;
  /** When it came into its state. */
  readonly changedAt: number;
}

/** One step in the life of a ring. */
export type KeyChange =
  | { readonly type: 'add'; readonly key: StoredKey }
  | { readonly type: 'move'; readonly kid: string; readonly to: KeyState; readonly at: number };

/** The signing keys, by ring. */
export class SigningKeys {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The keys of a ring, the oldest first. */
  async list(ring: string): Promise<StoredKey[]> {
    return listed(await selected(this.#database.db, ring));
  }

  /**
   * Changes a ring, all or nothing, while nobody else can.
   *
   * @param plan is given the keys as they are, and says what is to change; what it throws leaves everything as it was
   * @returns the keys as they are then
   */
  async change(
    ring: string,
    plan: (keys: readonly StoredKey[]) => Promise<readonly KeyChange[]> | readonly KeyChange[],
  ): Promise<StoredKey[]> {
    return this.#database.db.transaction().execute(async (tx) => {
      // One lock for all rings: what is sealed here must not be missed by who seals everything anew.
      await this.#database.lock(tx, SEALED);
      const changes = await plan(listed(await selected(tx, ring)));
      for (const change of changes) await apply(tx, change);
      if (changes.length > 0) await this.#database.announce(tx);
      return listed(await selected(tx, ring));
    });
  }
}

async function apply(tx: Tx, change: KeyChange): Promise<void> {
  if (change.type === 'add') {
    await tx.insertInto('signing_keys').values(rowOf(change.key)).execute();
    return;
  }
  await tx
    .updateTable('signing_keys')
    .set({ state: change.to, changed_at: change.at, ...(change.to === 'retired' && { sealed_jwk: '' }) })
    .where('kid', '=', change.kid)
    .execute();
}

function selected(db: Database['db'], ring: string): Promise<SigningKeyRow[]> {
  return db
    .selectFrom('signing_keys')
    .selectAll()
    .where('ring', '=', ring)
    .orderBy('created_at')
    .orderBy('kid')
    .execute();
}

function rowOf(key: StoredKey): SigningKeyRow {
  const { kid, ring, alg, state, publicJwk, sealed, createdAt, changedAt } = key;
  return {
    kid,
    ring,
    alg,
    state,
    public_jwk: JSON.stringify(publicJwk),
    sealed_jwk: sealed,
    created_at: createdAt,
    changed_at: changedAt,
  };
}

/** The columns hold what `rowOf` wrote. */
function listed(rows: readonly SigningKeyRow[]): StoredKey[] {
  return rows.map((row) => {
    const state = KEY_STATES.find((one) => one === row.state);
    if (state === undefined) throw new Error(`key ${row.kid} is in an unknown state`);
    return {
      kid: row.kid,
      ring: row.ring,
      alg: row.alg,
      state,
      publicJwk: JSON.parse(row.public_jwk) as object,
      sealed: row.sealed_jwk,
      createdAt: row.created_at,
      changedAt: row.changed_at,
    };
  });
}
