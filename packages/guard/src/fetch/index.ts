/** @module The guard for fetch handlers: Hono, Workers, Bun, Deno and whatever else speaks Request and Response. */

export type { Auth } from '../protect/authenticated.ts';
export { authOf } from '../protect/authenticated.ts';
export type {
  ConfigurationOptions,
  DenialAbout,
  Hooks,
  PolicyOptions,
  RequireConfig,
} from '../protect/options.ts';
export {
  type Checked,
  type FetchPolicyProtection,
  type FetchProtection,
  type HonoContext,
  protect,
} from './protect.ts';
