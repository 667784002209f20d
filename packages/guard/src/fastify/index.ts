/** @module The guard as hook and plugin for Fastify 5. */

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
  type FastifyHook,
  type FastifyInstanceLike,
  type FastifyPolicyHook,
  type FastifyReplyLike,
  type FastifyRequestLike,
  protect,
} from './protect.ts';
