import type { CompiledRoute } from './compiled-route.ts';
import { PathParams } from './path-params.ts';
import type { Pattern } from './pattern.ts';
import { SegmentTree } from './segment-tree.ts';

/** A route and the path parameters it was reached with. */
export interface Found {
  readonly route: CompiledRoute;
  readonly params: PathParams;
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

/** What a leaf of the tree holds: the route, and the names that its placeholders go by. */
interface Leaf {
  readonly route: CompiledRoute;
  readonly names: readonly string[];
}

const ANY = '*';

export function createRouteTable(entries: readonly RouteEntry[]): RouteTable {
  const methods = new Set(entries.map(({ pattern }) => pattern.method).filter((method) => method !== ANY));
  if (methods.has('GET')) methods.add('HEAD');
  const byMethod = new Map([...methods].sort().map((method) => [method, grow(inRank(entries, method))]));
  const others = grow(inRank(entries, ANY));

  return {
    find: (method, path) => lookUp(byMethod.get(method) ?? others, path),
    methods: (path) =>
      [...byMethod].filter(([, tree]) => lookUp(tree, path) !== undefined).map(([method]) => method),
  };
}

/** The entries that answer a method, those that name it first. HEAD is answered by GET where nothing else does. */
function inRank(entries: readonly RouteEntry[], method: string): RouteEntry[] {
  const ranks = method === 'HEAD' ? ['HEAD', 'GET', ANY] : method === ANY ? [ANY] : [method, ANY];
  return ranks.flatMap((rank) => entries.filter(({ pattern }) => pattern.method === rank));
}

function grow(entries: readonly RouteEntry[]): SegmentTree<Leaf> {
  const tree = new SegmentTree<Leaf>();
  for (const { route, pattern } of entries) tree.add(pattern.segments, { route, names: pattern.params });
  return tree;
}

function lookUp(tree: SegmentTree<Leaf>, path: string): Found | undefined {
  const reached = tree.find(path);
  if (reached === undefined) return undefined;
  const { route, names } = reached.leaf;
  return { route, params: names.length === 0 ? PathParams.NONE : new PathParams(names, reached.values) };
}
