import type { CompiledApi, Snapshot } from '../compile/snapshot.ts';
import { canonicalPath } from '../path/canonical-path.ts';
import { splitTarget } from '../path/request-target.ts';
import { pathWithin } from '../route/api-table.ts';
import { readCredential } from '../route/credential.ts';
import { type HeadFields, readHeadFields } from '../route/head-fields.ts';
import { PathParams } from '../route/path-params.ts';
import type { Found } from '../route/route-table.ts';
import type { Credential, Denial, Preflight, RequestHead, RouteMatch } from './decision.ts';
import { type DenialContext, deny } from './denial.ts';
import { cut, pathFact } from './facts.ts';

const NO_CREDENTIAL: Credential = { kind: 'none' };
const NO_METHODS: readonly string[] = [];

/**
 * Says which route a request belongs to, and with which credential. Pure: it reads nothing but its arguments.
 * An unknown path inside an API that asks for tokens is a match without a route, so that only a valid token learns of it.
 */
export function route(head: RequestHead, snapshot: Snapshot): RouteMatch | Preflight | Denial {
  const target = splitTarget(head.target, head.headers);
  if ('why' in target) {
    return deny('request_target_invalid', 'target', {}, { detail: { why: target.why } });
  }
  const path = canonicalPath(target.path);
  if (typeof path !== 'string') {
    return deny(
      'path_ambiguous',
      'path',
      {},
      { detail: { why: path.why, at: path.at, path: pathFact(target.path) } },
    );
  }
  const api = snapshot.table.find(path);
  if (api === undefined) return deny('api_not_found', 'api', {}, { detail: { path: cut(path) } });

  const fields = readHeadFields(head.headers);
  const origin = fields.origin !== undefined && api.cors?.allows(fields.origin) ? fields.origin : undefined;
  const preflight = head.method === 'OPTIONS' ? answerPreflight(api, fields, origin) : undefined;
  if (preflight !== undefined) return preflight;

  const inside = pathWithin(api.basePath, path);
  const found = api.routeTable.find(head.method, inside);
  const allow = found === undefined ? api.routeTable.methods(inside) : NO_METHODS;
  const context = { api, route: found?.route, origin };
  if (found === undefined && api.allPublic) return denyUnmatched(context, head.method, path, allow);

  const credential = credentialFor(api, found, fields, target.query);
  if (credential.kind === 'fault') {
    return deny(credential.reason, 'credential', context, { detail: credential.detail });
  }
  return {
    kind: 'match',
    api,
    route: found?.route,
    allow,
    params: found?.params ?? PathParams.NONE,
    method: head.method,
    path,
    query: target.query,
    origin,
    credential,
  };
}

/** 404 for a path that no route has, 405 for a method that none of its routes has. */
export function denyUnmatched(
  context: DenialContext,
  method: string,
  path: string,
  allow: readonly string[],
): Denial {
  const detail = { method: cut(method), path: cut(path) };
  return allow.length === 0
    ? deny('route_not_found', 'route', context, { detail })
    : deny('method_not_allowed', 'route', context, { detail, allow });
}

function credentialFor(
  api: CompiledApi,
  found: Found | undefined,
  fields: HeadFields,
  query: string,
): ReturnType<typeof readCredential> {
  const access = found?.route.access ?? (api.allPublic ? 'public' : 'required');
  return access === 'public' ? NO_CREDENTIAL : readCredential(fields, query, access === 'optional');
}

/** A CORS preflight carries no credentials by design, so it is answered here and reaches no upstream. */
function answerPreflight(
  api: CompiledApi,
  fields: HeadFields,
  origin: string | undefined,
): Preflight | Denial | undefined {
  if (api.cors === undefined || fields.origin === undefined || fields.requestMethod === undefined)
    return undefined;
  if (origin === undefined) {
    const denial = deny('cors_origin_denied', 'origin', { api }, { detail: { origin: cut(fields.origin) } });
    return { ...denial, responseHeaders: api.cors.refusalHeaders };
  }
  const headers = api.cors.preflightHeaders(origin, fields.requestMethod, fields.requestHeaders);
  return { kind: 'preflight', api, headers };
}
