import Router from 'find-my-way';
import type { CompiledRoute } from '../compile/snapshot.ts';
import type { Pattern } from './pattern.ts';

/** A route and the decoded path parameters it was reached with. */
export interface Found {
  readonly route: CompiledRoute;
  /** An object without a prototype. */
  readonly params: Readonly<Record<string, string>>;
}

/** The routes of one API. Paths are canonical and within the API. */
export interface RouteTable {
  find(method: string, path: string): Found | undefined;
  /** The methods that have a route for this path, sorted; empty when the path is unknown. */
  methods(path: string): readonly string[];
}

export interface RouteEntry {
  readonly route: CompiledRoute;
  readonly pattern: Pattern;
}

/** What a leaf of the tree holds: the route, and the names that its positional parameters go by. */
interface Leaf {
  readonly route: CompiledRoute;
  readonly names: readonly string[];
  /** The name of a `{rest*}` that is empty here because the path ends before it. */
  readonly emptyRest: string | undefined;
}

/** Paths that end in a slash have a tree of their own, so that no `{param}` there can match an empty segment. */
interface Trees {
  readonly plain: Router.Instance<Router.HTTPVersion.V1>;
  readonly slash: Router.Instance<Router.HTTPVersion.V1>;
}

const ANY = '*';
/** Longer than any path that gets here: the length of a target is limited by whoever reads the request. */
const MAX_PARAM_LENGTH = 1024 * 1024;
/** Stands for "%" in the trees: the router decodes "%" its own way, and canonical paths are compared as they are. */
const PERCENT = '\u0001';
const NO_PARAMS: Readonly<Record<string, string>> = Object.freeze(Object.create(null));

export function createRouteTable(entries: readonly RouteEntry[]): RouteTable {
  const methods = new Set(entries.map(({ pattern }) => pattern.method).filter((method) => method !== ANY));
  if (methods.has('GET')) methods.add('HEAD');
  const byMethod = new Map([...methods].sort().map((method) => [method, grow(inRank(entries, method))]));
  const others = grow(inRank(entries, ANY));

  return {
    find: (method, path) => lookUp(byMethod.get(method) ?? others, path),
    methods: (path) =>
      [...byMethod].filter(([, trees]) => lookUp(trees, path) !== undefined).map(([method]) => method),
  };
}

/** The entries that answer a method, those that name it first. HEAD is answered by GET where nothing else does. */
function inRank(entries: readonly RouteEntry[], method: string): RouteEntry[] {
  const ranks = method === 'HEAD' ? ['HEAD', 'GET', ANY] : method === ANY ? [ANY] : [method, ANY];
  return ranks.flatMap((rank) => entries.filter(({ pattern }) => pattern.method === rank));
}

function grow(entries: readonly RouteEntry[]): Trees {
  const trees = { plain: newRouter(), slash: newRouter() };
  const taken = new Set<string>();
  for (const { route, pattern } of entries) {
    if (taken.has(pattern.shape)) continue;
    taken.add(pattern.shape);
    const leaf: Leaf = { route, names: pattern.params, emptyRest: undefined };
    const written = routerPath(pattern);
    const endsInRest = pattern.segments.at(-1)?.kind === 'rest';
    if (endsInRest || pattern.text.endsWith('/')) plant(trees.slash, written, leaf);
    if (endsInRest || !pattern.text.endsWith('/')) plant(trees.plain, written, leaf);
  }
  // `/files/{rest*}` also answers `/files`, unless a route says that very path.
  for (const { route, pattern } of entries) {
    const last = pattern.segments.at(-1);
    const shape = pattern.shape.slice(0, -'/{*}'.length);
    if (last?.kind !== 'rest' || shape === '' || taken.has(shape)) continue;
    taken.add(shape);
    const written = routerPath(pattern).slice(0, -'/*'.length);
    plant(trees.plain, written, { route, names: pattern.params.slice(0, -1), emptyRest: last.name });
  }
  return trees;
}

function newRouter(): Trees['plain'] {
  return Router({ maxParamLength: MAX_PARAM_LENGTH, querystringParser: () => undefined });
}

function plant(router: Trees['plain'], path: string, leaf: Leaf): void {
  // The router asks for a handler, but only what is stored beside it is used.
  router.on('GET', path, () => undefined, leaf);
}

/** The pattern in the router's own writing, with parameters by position. */
function routerPath(pattern: Pattern): string {
  let position = 0;
  const parts = pattern.segments.map((segment) => {
    if (segment.kind === 'static') return hidePercent(segment.text).replaceAll(':', '::');
    return segment.kind === 'rest' ? '*' : `:p${position++}`;
  });
  return `/${parts.join('/')}`;
}

function lookUp(trees: Trees, path: string): Found | undefined {
  const tree = path.charCodeAt(path.length - 1) === 0x2f ? trees.slash : trees.plain;
  const found = tree.find('GET', hidePercent(path));
  if (found === null) return undefined;
  const leaf: Leaf = found.store;
  return { route: leaf.route, params: namedParams(leaf, found.params) };
}

function namedParams(leaf: Leaf, values: Readonly<Record<string, string | undefined>>): Found['params'] {
  if (leaf.names.length === 0 && leaf.emptyRest === undefined) return NO_PARAMS;
  const params: Record<string, string> = Object.create(null);
  for (let index = 0; index < leaf.names.length; index += 1) {
    params[leaf.names[index] ?? ''] = decode(values[`p${index}`] ?? values['*'] ?? '');
  }
  if (leaf.emptyRest !== undefined) params[leaf.emptyRest] = '';
  return params;
}

function hidePercent(text: string): string {
  return text.includes('%') ? text.replaceAll('%', PERCENT) : text;
}

/** Canonical paths hold well-formed UTF-8 only, so this cannot throw. */
function decode(value: string): string {
  return value.includes(PERCENT) ? decodeURIComponent(value.replaceAll(PERCENT, '%')) : value;
}
