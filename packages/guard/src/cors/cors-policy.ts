import type { CorsConfig } from '../config/schema/config.ts';

/** The CORS rules of one API, compiled (Fetch standard, "CORS protocol"). */
export interface CorsPolicy {
  /** Is this exact Origin allowed? */
  allows(origin: string): boolean;
  /** Name, value pairs for an answer to a request from this allowed origin, or from none. */
  responseHeaders(origin: string | undefined): readonly string[];
  /** Name, value pairs for the preflight of an allowed origin; no permissions among them when what it asks for is not allowed. */
  preflightHeaders(origin: string, method: string, headers: string | undefined): readonly string[];
  /** Name, value pairs for a refused preflight. */
  readonly refusalHeaders: readonly string[];
}

const PREFLIGHT_VARY = [
  'vary',
  'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
] as const;

/** @param routeMethods the methods of the API's routes; `*` among them stands for every method */
export function createCorsPolicy(config: CorsConfig, routeMethods: ReadonlySet<string>): CorsPolicy {
  const anyOrigin = config.origins.includes('*');
  const noOrigin = anyOrigin ? [] : ['vary', 'Origin'];
  const methods = new Set(config.methods ?? routeMethods);
  const headers = new Set(config.headers.map((name) => name.toLowerCase()));
  const headerList = config.headers.join(', ');
  const known = anyOrigin ? ['*'] : config.origins;
  const perOrigin = new Map(known.map((origin) => [origin, [...noOrigin, ...shared(origin)]]));

  function shared(origin: string): string[] {
    const list = ['access-control-allow-origin', origin];
    if (config.credentials) list.push('access-control-allow-credentials', 'true');
    if (config.expose.length > 0) list.push('access-control-expose-headers', config.expose.join(', '));
    return list;
  }

  function permits(method: string, asked: string | undefined): boolean {
    if (!methods.has(method) && !methods.has('*')) return false;
    const names = (asked ?? '').split(',').map((name) => name.trim().toLowerCase());
    return names.every((name) => name === '' || headers.has(name));
  }

  return {
    allows: (origin) => anyOrigin || perOrigin.has(origin),
    responseHeaders: (origin) =>
      (origin === undefined ? undefined : perOrigin.get(anyOrigin ? '*' : origin)) ?? noOrigin,
    preflightHeaders(origin, method, asked) {
      if (!permits(method, asked)) return PREFLIGHT_VARY;
      const list: string[] = [...PREFLIGHT_VARY, 'access-control-allow-origin', anyOrigin ? '*' : origin];
      if (config.credentials) list.push('access-control-allow-credentials', 'true');
      // The method asked for stands for every one where a route takes any method.
      list.push('access-control-allow-methods', methods.has('*') ? method : [...methods].join(', '));
      if (headerList !== '') list.push('access-control-allow-headers', headerList);
      list.push('access-control-max-age', String(Math.floor(config.maxAge)));
      return list;
    },
    refusalHeaders: PREFLIGHT_VARY,
  };
}
