import type { ConfigurationOptions, Hooks, PolicyOptions, RequireConfig } from '../protect/options.ts';
import {
  type PolicyProtection,
  type Protection,
  protectConfiguration,
  protectPolicy,
} from '../protect/protection.ts';
import {
  checkRouting,
  type FastifyInstanceLike,
  type FastifyReplyLike,
  type FastifyRequestLike,
  fastifyReader,
} from './framework.ts';

export type { FastifyInstanceLike, FastifyReplyLike, FastifyRequestLike } from './framework.ts';

/** An onRequest hook that only admitted requests get past; they carry the caller as `request.auth`. */
export interface FastifyHook<R> extends Omit<Protection<R>, 'judge'> {
  (request: R, reply: FastifyReplyLike): Promise<unknown>;
  /**
   * The hook for all routes of the instance that it is registered on, and of those below. Registering waits for the
   * keys, and fails for keys that may never be used.
   */
  readonly plugin: (instance: FastifyInstanceLike<R>) => Promise<void>;
}

export interface FastifyPolicyHook<R> extends FastifyHook<R> {
  /** The same, and the token must carry this as well. */
  require(rule: RequireConfig): FastifyPolicyHook<R>;
}

/**
 * A hook for Fastify: `app.register(auth.plugin)` for all routes, `{ onRequest: auth }` for one. Set up once; what is
 * wrong with the options is thrown at once, what is wrong with the keys when the plugin is registered, or by `ready()`.
 * @throws ConfigError, PolicyError
 */
export function protect<R extends FastifyRequestLike = FastifyRequestLike>(
  options: ConfigurationOptions & Hooks<R>,
): FastifyHook<R>;
export function protect<R extends FastifyRequestLike = FastifyRequestLike>(
  options: PolicyOptions & Hooks<R>,
): FastifyPolicyHook<R>;
export function protect<R extends FastifyRequestLike>(
  options: (ConfigurationOptions | PolicyOptions) & Hooks<R>,
): FastifyHook<R> | FastifyPolicyHook<R> {
  return 'configuration' in options
    ? hookOf(protectConfiguration(options, fastifyReader), checkRouting)
    : strictable(protectPolicy(options, fastifyReader));
}

function strictable<R extends FastifyRequestLike>(protection: PolicyProtection<R>): FastifyPolicyHook<R> {
  return Object.assign(hookOf(protection), {
    require: (rule: RequireConfig) => strictable(protection.require(rule)),
  });
}

function hookOf<R extends FastifyRequestLike>(
  { judge, ready, close }: Protection<R>,
  check?: (request: R) => void,
): FastifyHook<R> {
  async function hook(request: R, reply: FastifyReplyLike): Promise<unknown> {
    check?.(request);
    const verdict = await judge(request);
    setHeaders(reply, verdict.headers);
    if (verdict.kind === 'pass') {
      // Also where there is no caller: what stands there must not be somebody else's word.
      request.auth = verdict.auth;
      return undefined;
    }
    reply.code(verdict.status);
    // Bytes, since Fastify adds a charset to the content-type of texts.
    return reply.send(verdict.body === '' ? undefined : new TextEncoder().encode(verdict.body));
  }

  async function plugin(instance: FastifyInstanceLike<R>): Promise<void> {
    if (!instance.hasRequestDecorator('auth')) instance.decorateRequest('auth', undefined);
    instance.addHook('onRequest', hook);
    await ready();
  }

  return Object.assign(hook, { ready, close, plugin: Object.assign(plugin, ON_THE_INSTANCE_ITSELF) });
}

/** Fastify would otherwise give a plugin an instance of its own, on which a hook guards nothing. */
const ON_THE_INSTANCE_ITSELF = {
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: '@portcullis/guard',
};

function setHeaders(reply: FastifyReplyLike, headers: readonly string[]): void {
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const [name = '', value = ''] = headers.slice(index, index + 2);
    const earlier = name === 'vary' ? reply.getHeader(name) : undefined;
    reply.header(name, typeof earlier === 'string' && earlier !== '' ? `${earlier}, ${value}` : value);
  }
}
