import type { Database, Tx } from '../database/database.ts';
import type { MasterKey } from './master-key.ts';

/** The lock of whoever seals something: what is sealed must not be missed by who seals everything anew. */
export const SEALED = 'sealed keys';

/** The name under which the secret of an account's authenticator application is sealed. */
export function totpName(accountId: string): string {
  return `totp/${accountId}`;
}

/**
 * Seals everything anew under the current master key, all or nothing.
 *
 * @returns how many secrets there are
 * @throws {StoreError} `master_key_unknown`, `sealed_broken`; nothing has changed then
 */
export async function sealAnew(database: Database, masterKey: MasterKey): Promise<number> {
  return database.db.transaction().execute(async (tx) => {
    await database.lock(tx, SEALED);
    return (await sealKeys(tx, masterKey)) + (await sealTotp(tx, masterKey));
  });
}

async function sealKeys(tx: Tx, masterKey: MasterKey): Promise<number> {
  const rows = await tx
    .selectFrom('signing_keys')
    .select(['kid', 'sealed_jwk'])
    .where('sealed_jwk', '!=', '')
    .execute();
  for (const { kid, sealed_jwk } of rows) {
    const sealed = await masterKey.seal(await masterKey.open(sealed_jwk, kid), kid);
    await tx.updateTable('signing_keys').set({ sealed_jwk: sealed }).where('kid', '=', kid).execute();
  }
  return rows.length;
}

async function sealTotp(tx: Tx, masterKey: MasterKey): Promise<number> {
  const rows = await tx
    .selectFrom('accounts')
    .select(['id', 'sealed_totp'])
    .where('sealed_totp', 'is not', null)
    .execute();
  for (const { id, sealed_totp } of rows) {
    const sealed = await masterKey.seal(await masterKey.open(sealed_totp ?? '', totpName(id)), totpName(id));
    await tx.updateTable('accounts').set({ sealed_totp: sealed }).where('id', '=', id).execute();
  }
  return rows.length;
}
