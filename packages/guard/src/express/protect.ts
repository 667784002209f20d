import type { Auth } from '../protect/authenticated.ts';
import type { ConfigurationOptions, Hooks, PolicyOptions, RequireConfig } from '../protect/options.ts';
import {
  type PolicyProtection,
  type Protection,
  protectConfiguration,
  protectPolicy,
  type Verdict,
} from '../protect/protection.ts';
import { type ExpressRequest, expressReader } from './read-request.ts';

export type { ExpressRequest } from './read-request.ts';

/** What is used of Express's response: Node's own. */
export interface ExpressResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  appendHeader(name: string, value: string): unknown;
  end(body?: string): unknown;
}

type Next = (error?: unknown) => void;

/** Middleware that only admitted requests get past; they carry the caller as `request.auth`. */
export interface ExpressMiddleware<R> extends Omit<Protection<R>, 'judge'> {
  (request: R, response: ExpressResponse, next: Next): void;
}

export interface ExpressPolicyMiddleware<R> extends ExpressMiddleware<R> {
  /** The same, and the token must carry this as well. */
  require(rule: RequireConfig): ExpressPolicyMiddleware<R>;
}

/**
 * Middleware for Express. Put it before whatever reads bodies. Set up once; what is wrong with the options is thrown at
 * once, what is wrong with the keys by `ready()`.
 * @throws ConfigError, PolicyError
 */
export function protect<R extends ExpressRequest = ExpressRequest>(
  options: ConfigurationOptions & Hooks<R>,
): ExpressMiddleware<R>;
export function protect<R extends ExpressRequest = ExpressRequest>(
  options: PolicyOptions & Hooks<R>,
): ExpressPolicyMiddleware<R>;
export function protect<R extends ExpressRequest>(
  options: (ConfigurationOptions | PolicyOptions) & Hooks<R>,
): ExpressMiddleware<R> | ExpressPolicyMiddleware<R> {
  return 'configuration' in options
    ? middleware(protectConfiguration(options, expressReader), checkRouting)
    : strictable(protectPolicy(options, expressReader));
}

function strictable<R extends ExpressRequest>(protection: PolicyProtection<R>): ExpressPolicyMiddleware<R> {
  return Object.assign(middleware(protection), {
    require: (rule: RequireConfig) => strictable(protection.require(rule)),
  });
}

function middleware<R extends ExpressRequest>(
  { judge, ready, close }: Protection<R>,
  check?: (request: R) => void,
): ExpressMiddleware<R> {
  function handle(request: R, response: ExpressResponse, next: Next): void {
    let verdict: Verdict | Promise<Verdict>;
    try {
      check?.(request);
      verdict = judge(request);
    } catch (error) {
      next(error);
      return;
    }
    // What handlers throw is theirs: only the waiting for a verdict is watched here.
    if (verdict instanceof Promise) verdict.then((late) => carryOut(late, request, response, next), next);
    else carryOut(verdict, request, response, next);
  }
  return Object.assign(handle, { ready, close });
}

function carryOut(verdict: Verdict, request: ExpressRequest, response: ExpressResponse, next: Next): void {
  const { headers } = verdict;
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const [name = '', value = ''] = headers.slice(index, index + 2);
    if (name === 'vary') response.appendHeader(name, value);
    else response.setHeader(name, value);
  }
  if (verdict.kind === 'pass') {
    setAuth(request, verdict.auth);
    next();
    return;
  }
  response.statusCode = verdict.status;
  response.end(verdict.body);
}

/** Also where there is no caller: what stands there must not be somebody else's word. */
function setAuth(request: ExpressRequest, auth: Auth | undefined): void {
  request.auth = auth;
}

/**
 * Rules of routes hold only where Express tells paths apart as the rules do; by default it takes /Admin/ for /admin.
 */
function checkRouting({ app }: ExpressRequest): void {
  for (const setting of ['case sensitive routing', 'strict routing']) {
    if (app.enabled(setting)) continue;
    throw new Error(`protect({ configuration }) needs app.enable(${JSON.stringify(setting)})`);
  }
}
