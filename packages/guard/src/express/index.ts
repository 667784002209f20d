/** @module The guard as middleware for Express 5 and 4. */

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
  type ExpressMiddleware,
  type ExpressPolicyMiddleware,
  type ExpressRequest,
  type ExpressResponse,
  protect,
} from './protect.ts';
