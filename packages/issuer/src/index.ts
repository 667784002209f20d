/** @module The OpenID Connect issuer: who runs it, and who manages its clients and keys. What it is made of runs in a process of its own. */
export { normalEmail } from './accounts/email.ts';
export { newLink } from './accounts/links.ts';
export {
  addAccount,
  changeAccount,
  deleteAccount,
  disableAccount,
  enableAccount,
  removeFactors,
  setPassword,
  signOutEverywhere,
} from './accounts/manage.ts';
export { hashPassword } from './accounts/password-hash.ts';
export { type PasswordFault, passwordFault } from './accounts/password-policy.ts';
export { ASSERTION_ALGORITHMS } from './clients/assertion-algorithms.ts';
export {
  addClient,
  CLIENT_ID,
  type ClientToAdd,
  changeClient,
  deleteClient,
  disableClient,
  enableClient,
  type Operator,
  rotateSecret,
  secretMadeAt,
} from './clients/manage.ts';
export { redirectUriFault } from './clients/redirect-uris.ts';
export { masterKeyFileOf, masterKeySource } from './configured/master-key.ts';
export { storeFileOf, storeUrlOf } from './configured/store.ts';
export type { IssuerLog } from './issuer-log.ts';
export { accessTokenRing, KeyRing, type RingEvent } from './keys/key-ring.ts';
export { ringPolicyOf } from './keys/ring-policy.ts';
export { IssuerProcess, type IssuerProcessOptions, IssuerRefusal } from './process/issuer-process.ts';
export type { IssuerSetting } from './process/messages.ts';
export type { IssuerMetric } from './record/metrics.ts';
export { findResource, type Resource, resourcesOf } from './resources/resources.ts';
export { type RevokeContext, revoke, untilNow } from './revocation/revoke.ts';
