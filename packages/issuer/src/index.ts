/** @module The OpenID Connect issuer: tokens for clients, rotating keys, revocation and introspection. */
export {
  addClient,
  deleteClient,
  disableClient,
  enableClient,
  type Operator,
  rotateSecret,
  secretMadeAt,
} from './clients/manage.ts';
export { type IssuerLog, type IssuerOptions, type RunningIssuer, startIssuer } from './issuer.ts';
export { accessTokenRing, KeyRing, type RingEvent } from './keys/key-ring.ts';
export { ringPolicyOf } from './keys/ring-policy.ts';
export type { IssuerMetric } from './metrics.ts';
export { findResource, type Resource, resourcesOf } from './resources/resources.ts';
export { type RevokeContext, revoke } from './revocation/revoke.ts';
