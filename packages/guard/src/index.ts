/** The decision core of Portcullis: configuration in, decisions out. No I/O, no Node APIs. */

export type { Answer, RefusalToAnswer } from './answers/refusal.ts';
export type { CompiledApi, CompiledRoute, Snapshot } from './compile/snapshot.ts';
export { ConfigError, type ConfigProblem } from './config/config-error.ts';
export type { Configuration, Place } from './config/configuration.ts';
export {
  type ApiConfig,
  type Config,
  configSchema,
  type TrustedIssuerConfig,
} from './config/schema/config.ts';
export type { Address } from './config/units.ts';
export type {
  Credential,
  Decision,
  Denial,
  Facts,
  Forward,
  Guard,
  Preflight,
  RequestHead,
  RouteMatch,
  Rule,
} from './decide/decision.ts';
export { isReasonCode, REASONS, type Reason, type ReasonCode, reasonOf } from './errors.ts';
export { type DenialRecord, denialRecord } from './explain/denial-record.ts';
export type { Step, Story } from './explain/story.ts';
export type { Limiter } from './limit/limiter.ts';
