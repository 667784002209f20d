import type { ApiConfig, Config } from '@portcullis/guard';
import type { Algorithm } from '@portcullis/token';

/** An API as tokens know it (RFC 8707): one audience, and what may be granted for it. */
export interface Resource {
  readonly audience: string;
  /** The names of the APIs that share this audience, as versions of one product do. */
  readonly apis: readonly string[];
  readonly scopes: ReadonlySet<string>;
  readonly roles: ReadonlySet<string>;
  readonly algorithm: Algorithm;
  /** For HMAC: the secret that only this API shares. */
  readonly secret: string | undefined;
  /** Seconds. */
  readonly lifetime: number;
}

type Require = NonNullable<ApiConfig['routes'][number]['require']>;
type Strings = Require['scopes'];

/** The resources of a configuration, by audience. APIs without one are public: nobody needs a token for them. */
export function resourcesOf({ apis, issuer }: Config): ReadonlyMap<string, Resource> {
  const audiences = Map.groupBy(
    apis.filter(({ audience }) => audience !== undefined),
    ({ audience = '' }) => audience,
  );
  const algorithm = issuer?.keys.algorithm ?? 'ES256';
  const longest = issuer?.accessToken.lifetime ?? 600;
  return new Map(
    [...audiences].map(([audience, members]) => {
      const own = members.find(({ accessToken }) => accessToken !== undefined)?.accessToken;
      return [
        audience,
        {
          audience,
          apis: members.map(({ name }) => name),
          scopes: new Set(members.flatMap((api) => [...api.scopes, ...named(api, 'scopes')])),
          roles: new Set(members.flatMap((api) => [...api.roles, ...named(api, 'roles')])),
          algorithm: own?.algorithm ?? algorithm,
          secret: own?.secret,
          lifetime: Math.min(own?.lifetime ?? longest, longest),
        },
      ];
    }),
  );
}

/** Finds a resource by its audience, or by the name of one of its APIs. */
export function findResource(resources: ReadonlyMap<string, Resource>, name: string): Resource | undefined {
  return resources.get(name) ?? [...resources.values()].find(({ apis }) => apis.includes(name));
}

function named(api: ApiConfig, what: 'scopes' | 'roles'): string[] {
  return api.routes.flatMap(({ require }) => (require === undefined ? [] : inRequirement(require, what)));
}

function inRequirement(require: Require, what: 'scopes' | 'roles'): string[] {
  const nested = [require.any, require.all, require.none].flatMap((list) => list ?? []);
  return [...wordsOf(require[what]), ...nested.flatMap((one) => inRequirement(one, what))];
}

function wordsOf(rule: Strings): readonly string[] {
  if (rule === undefined) return [];
  return Array.isArray(rule) ? rule : [...(rule.any ?? []), ...(rule.all ?? []), ...(rule.none ?? [])];
}
