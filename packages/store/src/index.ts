/** @module Everything that is kept, on SQLite or PostgreSQL, behind one face. */
export type { UsedAssertions } from './assertions/used-assertions.ts';
export type { AuditEvent, AuditLog, AuditQuery } from './audit/audit-log.ts';
export {
  type ApiGrant,
  AUTH_METHODS,
  type AuthMethod,
  type Client,
  type ClientChanges,
  type NewClient,
  type StoredSecret,
} from './clients/client.ts';
export type { Clients } from './clients/clients.ts';
export { asStoreError, STORE_ERRORS, StoreError, type StoreErrorCode } from './errors.ts';
export {
  KEY_STATES,
  type KeyChange,
  type KeyState,
  type SigningKeys,
  type StoredKey,
} from './keys/signing-keys.ts';
export type { FollowOptions, Revocations, StoredRevocation } from './revocations/revocations.ts';
export { MasterKey, masterKeyFile, newMasterSecret, secretsIn } from './sealing/master-key.ts';
export { openStore, type Store } from './store.ts';
