/** @module The decision core of Portcullis: configuration in, decisions out. No I/O, no Node APIs. */

export { type Answer, answer, type RefusalToAnswer } from './answers/answer.ts';
export { compile } from './compile/compile.ts';
export { issuerPolicy } from './compile/issuer-policy.ts';
export type { CompiledApi, Snapshot } from './compile/snapshot.ts';
export { ConfigError, type ConfigProblem } from './config/config-error.ts';
export type { Configuration, Place } from './config/configuration.ts';
export type { Environment } from './config/environment.ts';
export { configJsonSchema } from './config/json-schema.ts';
export { parseConfig } from './config/parse-config.ts';
export { problemAt } from './config/problem-at.ts';
export {
  type ApiConfig,
  type Config,
  configSchema,
  type TrustedIssuerConfig,
} from './config/schema/config.ts';
export { LONGEST_LIFETIME } from './config/schema/values.ts';
export { type Address, parseDuration } from './config/units.ts';
export { authorize } from './decide/authorize.ts';
export { CHECKS_AFTER_TOKEN } from './decide/checks.ts';
export type {
  Credential,
  Decision,
  Denial,
  Forward,
  Guard,
  Preflight,
  RequestHead,
  RouteMatch,
} from './decide/decision.ts';
export { createGuard, type GuardOptions } from './decide/guard.ts';
export { route } from './decide/route.ts';
export type { Rule } from './decide/rule.ts';
export { isReasonCode, REASONS, type Reason, type ReasonCode, reasonOf } from './errors.ts';
export { type DenialRecord, denialRecord } from './explain/denial-record.ts';
export { explain, passedSteps, type Step, type Story } from './explain/explain.ts';
export { foldName } from './forward/forbidden-headers.ts';
export { isReservedCookie, withoutReservedCookies } from './forward/reserved-cookies.ts';
export { addressKey } from './limit/address-key.ts';
export type { LimitRule } from './limit/limit-rule.ts';
export { createLimiter, type Limiter } from './limit/limiter.ts';
export { REVOKED_BY, type Revocation, type RevocationFeed, type RevokedBy } from './revoke/revocation.ts';
export { RevocationSet } from './revoke/revocation-set.ts';
export type { CompiledRoute } from './route/compiled-route.ts';
export type { PathParams } from './route/path-params.ts';
