import type { ApiConfig, RouteConfig } from '../config/schema/config.ts';
import { compileRequirement } from '../require/compile-requirement.ts';
import type { CompiledRoute } from '../route/compiled-route.ts';
import { type Pattern, parsePattern } from '../route/pattern.ts';
import type { RouteEntry } from '../route/route-table.ts';
import type { KeyPath, Problems } from './problems.ts';

/** Compiles the routes of one API; those that are wrong are reported and left out. */
export function compileRoutes(api: ApiConfig, at: KeyPath, problems: Problems): RouteEntry[] {
  const entries: RouteEntry[] = [];
  const shapes: [KeyPath, string][] = [];
  for (const [index, route] of api.routes.entries()) {
    const place = [...at, 'routes', index];
    const match = [...place, 'match'];
    const pattern = parsePattern(route.match);
    if (typeof pattern === 'string') {
      problems.report(match, pattern);
      continue;
    }
    shapes.push([match, `${pattern.method} ${pattern.shape}`]);
    entries.push({ pattern, route: compileRoute(route, api, pattern, place, problems) });
  }
  problems.reportTwice(shapes, 'a route for this method and these paths');
  return entries;
}

function compileRoute(
  route: RouteConfig,
  api: ApiConfig,
  pattern: Pattern,
  at: KeyPath,
  problems: Problems,
): CompiledRoute {
  const requirement =
    route.require &&
    compileRequirement(route.require, [...at, 'require'], {
      rolesClaim: api.rolesClaim,
      params: pattern.params,
      lineOf: (path) => problems.lineOf(path),
      report: (path, message) => problems.report(path, message),
    });
  return {
    name: route.match,
    method: pattern.method,
    pattern: pattern.text,
    line: problems.lineOf(at),
    access: route.public ? 'public' : route.optional ? 'optional' : 'required',
    requirement,
    shadow: route.shadow ?? api.shadow,
  };
}
