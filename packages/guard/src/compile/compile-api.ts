import type { Expected } from '@portcullis/token';
import { nearest } from '../config/known-keys.ts';
import type { ApiConfig, Config } from '../config/schema/config.ts';
import { createCorsPolicy } from '../cors/cors-policy.ts';
import type { Rule } from '../decide/rule.ts';
import { canonicalPath } from '../path/canonical-path.ts';
import { createRouteTable, type RouteEntry } from '../route/route-table.ts';
import { compileHeaders } from './compile-headers.ts';
import { compileLimits } from './compile-limits.ts';
import { compileRoutes } from './compile-routes.ts';
import type { KeyPath, Problems } from './problems.ts';
import type { CompiledApi } from './snapshot.ts';

/** What an API needs to know of the configuration around it. */
interface Surroundings {
  readonly gateway: Config['gateway'];
  readonly issuers: readonly { readonly name: string }[];
}

/** Compiles one API; what is wrong with it is reported. */
export function compileApi(
  config: Surroundings,
  index: number,
  api: ApiConfig,
  problems: Problems,
): CompiledApi {
  const at: KeyPath = ['apis', index];
  const entries = compileRoutes(api, at, problems);
  const limits = compileLimits(api, at, problems);
  const allPublic = api.routes.every((route) => route.public);
  if (api.forward.issuerCookies && !allPublic) {
    problems.report(
      [...at, 'forward', 'issuerCookies'],
      'only where every route is public: it is for the issuer itself',
    );
  }
  return {
    name: api.name,
    basePath: checkedBasePath(api, at, problems),
    line: problems.lineOf(at),
    config: api,
    expected: expectedOf(api, at, config, problems),
    tokenRules: tokenRules(api, at, problems),
    upstreams: api.upstreams,
    maxBody: api.maxBody ?? config.gateway.maxBody,
    timeouts: {
      firstByte: api.timeouts.firstByte ?? config.gateway.timeouts.firstByte,
      idle: api.timeouts.idle ?? config.gateway.timeouts.idle,
    },
    routes: entries.map(({ route }) => route),
    routeTable: createRouteTable(entries),
    allPublic,
    issuerCookies: api.forward.issuerCookies,
    headerPlan: compileHeaders(api, at, problems),
    cors: api.cors && createCorsPolicy(api.cors, methodsOf(entries)),
    addressLimits: limits.filter(({ per }) => per === 'address'),
    callerLimits: limits.filter(({ per }) => per !== 'address'),
  };
}

function checkedBasePath(api: ApiConfig, at: KeyPath, problems: Problems): string {
  const place = [...at, 'basePath'];
  const path = canonicalPath(api.basePath);
  if (typeof path !== 'string') {
    problems.report(place, `not a canonical path: ${path.why}`);
    return '/';
  }
  if (path !== '/' && path.endsWith('/')) problems.report(place, 'must not end with a slash');
  if (path.includes('*')) problems.report(place, 'a basePath has no wildcards');
  return path;
}

function expectedOf(
  api: ApiConfig,
  at: KeyPath,
  config: Surroundings,
  problems: Problems,
): Expected | undefined {
  const known = config.issuers.map(({ name }) => name);
  for (const [index, name] of (api.issuers ?? []).entries()) {
    if (known.includes(name)) continue;
    const guess = nearest(name, known);
    problems.report(
      [...at, 'issuers', index],
      `no issuer of the name "${name}"`,
      guess === undefined ? `issuers: ${known.join(', ') || 'none'}` : `did you mean "${guess}"?`,
    );
  }
  const asking = api.routes.findIndex((route) => !route.public);
  if (asking === -1) return undefined;
  for (const key of ['audience', 'issuers'] as const) {
    if (api[key] === undefined) {
      problems.report(at, `${key} is missing, but the route "${api.routes[asking]?.match}" asks for a token`);
    }
  }
  if (api.audience === undefined || api.issuers === undefined) return undefined;
  return { audience: api.audience, issuers: new Set(api.issuers) };
}

/** The rules of this API that its tokens are checked against, by the check of the token that applies them. */
function tokenRules(api: ApiConfig, at: KeyPath, problems: Problems): Readonly<Record<string, Rule>> {
  const rules: Record<string, Rule> = {};
  if (api.audience !== undefined) {
    rules['audience'] = { text: `audience: ${api.audience}`, line: problems.lineOf([...at, 'audience']) };
  }
  if (api.issuers !== undefined) {
    rules['issuer'] = {
      text: `issuers: [${api.issuers.join(', ')}]`,
      line: problems.lineOf([...at, 'issuers']),
    };
  }
  return rules;
}

function methodsOf(entries: readonly RouteEntry[]): ReadonlySet<string> {
  const methods = new Set(entries.map(({ pattern }) => pattern.method));
  if (methods.has('GET')) methods.add('HEAD');
  return methods;
}
