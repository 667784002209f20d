import type { CompiledRoute } from '../compile/snapshot.ts';

/** A route and the decoded path parameters it was reached with. */
export interface Found {
  readonly route: CompiledRoute;
  readonly params: Readonly<Record<string, string>>;
}

/** The routes of one API. Paths are canonical and within the API. */
export interface RouteTable {
  find(method: string, path: string): Found | undefined;
  /** The methods that have a route for this path, sorted; empty when the path is unknown. */
  methods(path: string): readonly string[];
}
