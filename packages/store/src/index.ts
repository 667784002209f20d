/** @module Everything that is kept, on SQLite or PostgreSQL, behind one face. */
export type {
  Account,
  AccountChanges,
  ApiRoles,
  Identity,
  NewAccount,
  Passkey,
} from './accounts/account.ts';
export type { Accounts } from './accounts/accounts.ts';
export type { Consent, Consents } from './accounts/consents.ts';
export { LINK_PURPOSES, type LinkPurpose, type OneTimeLink } from './accounts/one-time-links.ts';
export type { Artifact, ArtifactOwner, Artifacts, StoredArtifact } from './artifacts/artifacts.ts';
export type { UsedAssertions } from './assertions/used-assertions.ts';
export type { AuditEvent, AuditLog, AuditQuery } from './audit/audit-log.ts';
export {
  type ApiGrant,
  AUTH_METHODS,
  type AuthMethod,
  CLIENT_KINDS,
  type Client,
  type ClientChanges,
  type ClientKind,
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
export { totpName } from './sealing/seal-anew.ts';
export type { LogoutNotice } from './sessions/logout-notices.ts';
export type { EndedSession, Sessions, SessionView, Sighting, StoredSession } from './sessions/sessions.ts';
export { openStore, type Store } from './store.ts';
