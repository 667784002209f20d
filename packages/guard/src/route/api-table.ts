import { decoded } from '../path/decoded.ts';

/** Finds the API a canonical path belongs to: the one with the longest basePath, on segment boundaries. */
export interface ApiTable<Api> {
  find(path: string): Api | undefined;
}

/** The path within an API: `/` for the basePath itself. Segments are counted, since the path may spell them otherwise. */
export function pathWithin(basePath: string, path: string): string {
  if (basePath === '/') return path;
  let end = 0;
  for (let slash = 0; slash !== -1; slash = basePath.indexOf('/', slash + 1)) {
    end = path.indexOf('/', end + 1);
    if (end === -1) return '/';
  }
  return path.slice(end);
}

export function createApiTable<Api extends { readonly basePath: string }>(
  apis: readonly Api[],
): ApiTable<Api> {
  const byBasePath = new Map(apis.map((api) => [decoded(api.basePath), api]));
  const depth = apis.reduce((deepest, api) => Math.max(deepest, segments(api.basePath)), 0);

  return {
    find(path) {
      if (depth === 0) return byBasePath.get('/');
      let prefix = path;
      let level = 0;
      let end = 0;
      // Cut to the deepest configured depth, then give up one segment at a time.
      while (level < depth) {
        end = path.indexOf('/', end + 1);
        if (end === -1) break;
        level += 1;
      }
      if (end > 0) prefix = path.slice(0, end);
      for (;;) {
        const api = byBasePath.get(decoded(prefix));
        if (api !== undefined) return api;
        const cut = prefix.lastIndexOf('/');
        if (cut <= 0) return byBasePath.get('/');
        prefix = prefix.slice(0, cut);
      }
    },
  };
}

function segments(basePath: string): number {
  return basePath === '/' ? 0 : basePath.split('/').length - 1;
}
