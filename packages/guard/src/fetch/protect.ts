import type { Auth } from '../protect/authenticated.ts';
import type { ConfigurationOptions, Hooks, PolicyOptions, RequireConfig } from '../protect/options.ts';
import {
  type PolicyProtection,
  type Protection,
  protectConfiguration,
  protectPolicy,
} from '../protect/protection.ts';
import { fetchReader } from './read-request.ts';
import { responseOf, withFields } from './response.ts';

/** Either the answer to a refused request (or to a CORS preflight), or who is calling. */
export type Checked =
  | { readonly response: Response }
  | {
      readonly response: undefined;
      /** undefined where no token was asked for. */
      readonly auth: Auth | undefined;
      /** The response as it must go out: with the fields that CORS asks for. */
      finish(response: Response): Response;
    };

/** What is used of Hono's context. */
export interface HonoContext {
  readonly req: { readonly raw: Request };
  res: Response;
  set(key: 'auth', value: Auth | undefined): void;
}

export interface FetchProtection extends Omit<Protection<Request>, 'judge'> {
  /** Decides on a request. Its body is not touched. */
  check(request: Request): Promise<Checked>;
  /** A fetch handler that only admitted requests reach; further arguments (a Worker's env and context) are handed on. */
  wrap<Rest extends unknown[]>(
    handler: (request: Request, auth: Auth | undefined, ...rest: Rest) => Response | Promise<Response>,
  ): (request: Request, ...rest: Rest) => Promise<Response>;
  /** Middleware for Hono: the caller is `c.get('auth')`. */
  readonly hono: (context: HonoContext, next: () => Promise<void>) => Promise<Response | undefined>;
}

export interface FetchPolicyProtection extends FetchProtection {
  /** The same, and the token must carry this as well. */
  require(rule: RequireConfig): FetchPolicyProtection;
}

/**
 * Guards a fetch handler. Set up once; what is wrong with the options is thrown at once, what is wrong with the keys
 * by `ready()`.
 * @throws ConfigError, PolicyError
 */
export function protect(options: ConfigurationOptions & Hooks<Request>): FetchProtection;
export function protect(options: PolicyOptions & Hooks<Request>): FetchPolicyProtection;
export function protect(
  options: (ConfigurationOptions | PolicyOptions) & Hooks<Request>,
): FetchProtection | FetchPolicyProtection {
  return 'configuration' in options
    ? fetchProtection(protectConfiguration(options, fetchReader))
    : strictable(protectPolicy(options, fetchReader));
}

function strictable(protection: PolicyProtection<Request>): FetchPolicyProtection {
  return { ...fetchProtection(protection), require: (rule) => strictable(protection.require(rule)) };
}

function fetchProtection({ judge, ready, close }: Protection<Request>): FetchProtection {
  async function check(request: Request): Promise<Checked> {
    const verdict = await judge(request);
    if (verdict.kind === 'answer') return { response: responseOf(verdict, request.method) };
    const { auth, headers } = verdict;
    return { response: undefined, auth, finish: (response) => withFields(response, headers) };
  }

  return {
    check,
    wrap:
      (handler) =>
      async (request, ...rest) => {
        const checked = await check(request);
        if (checked.response !== undefined) return checked.response;
        return checked.finish(await handler(request, checked.auth, ...rest));
      },
    async hono(context, next) {
      const checked = await check(context.req.raw);
      if (checked.response !== undefined) return checked.response;
      context.set('auth', checked.auth);
      await next();
      const finished = checked.finish(context.res);
      if (finished !== context.res) context.res = finished;
      return undefined;
    },
    ready,
    close,
  };
}
