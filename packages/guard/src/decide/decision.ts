import type { Facts, VerifiedToken } from '@portcullis/token';
import type { CompiledApi } from '../compile/snapshot.ts';
import type { ReasonCode } from '../errors.ts';
import type { CompiledRoute } from '../route/compiled-route.ts';
import type { PathParams } from '../route/path-params.ts';
import type { Rule } from './rule.ts';

/** The head of a request as it was received. */
export interface RequestHead {
  readonly method: string;
  /** The raw request-target (RFC 9112 §3.2). */
  readonly target: string;
  /** Field lines in order: name, value, name, value (Node's `rawHeaders`). */
  readonly headers: readonly string[];
  /** The client's address, once trusted proxies are accounted for. */
  readonly address: string;
}

/** The credential found in a request head. none: the route is public, nothing was looked at. */
export type Credential =
  | { readonly kind: 'none' }
  | { readonly kind: 'absent'; readonly optional: boolean }
  | { readonly kind: 'bearer'; readonly token: string };

/** A request that belongs to an API, and what it needs before it may go on. */
export interface RouteMatch {
  readonly kind: 'match';
  readonly api: CompiledApi;
  /** undefined: nothing matched; told only to a valid token. */
  readonly route: CompiledRoute | undefined;
  /** Where no route matched: the methods that this path has, for a 405. Empty: the path is unknown. */
  readonly allow: readonly string[];
  readonly params: PathParams;
  readonly method: string;
  /** The canonical path: matched, and forwarded. */
  readonly path: string;
  /** Empty, or `?` and the raw query. */
  readonly query: string;
  /** The Origin header of a page this API knows. */
  readonly origin: string | undefined;
  readonly credential: Credential;
}

/** The request may go on to the upstream. */
export interface Forward {
  readonly kind: 'forward';
  readonly match: RouteMatch;
  readonly token: VerifiedToken | undefined;
  /** Name, value pairs to set for the upstream; each character of a value is one byte (latin1). */
  readonly headers: readonly string[];
  /** Must this header of the client be dropped? Takes a lower-case name. */
  strips(lowerCaseName: string): boolean;
  /** May cookies of our own issuer pass, to the upstream and back? */
  readonly issuerCookies: boolean;
  /** Name, value pairs to add to the answer (CORS). */
  readonly responseHeaders: readonly string[];
  /** Must this header of the upstream's answer be dropped? Takes a lower-case name. */
  stripsResponse(lowerCaseName: string): boolean;
  /** What would have been denied, were this rule not in shadow mode. */
  readonly shadow: Denial | undefined;
}

/** A CORS preflight, answered at the edge with 204 and these headers. */
export interface Preflight {
  readonly kind: 'preflight';
  readonly api: CompiledApi;
  readonly headers: readonly string[];
}

/** A refused request: all that operators may know. The client learns only what `answer` says. */
export interface Denial {
  readonly kind: 'deny';
  readonly reason: ReasonCode;
  readonly status: number;
  /** The check that failed, for `explain`. */
  readonly check: string;
  /** What this check looked at. */
  readonly detail: Facts;
  /** What was read of the token so far. */
  readonly seen: Facts;
  /** Had the token's signature been verified when it was refused? Only then is `seen` true. */
  readonly verified: boolean;
  readonly rule?: Rule;
  /** For a 405. */
  readonly allow?: readonly string[];
  /** Whole seconds, for a 429 or 503. */
  readonly retryAfter?: number;
  readonly api?: CompiledApi;
  readonly route?: CompiledRoute;
  /** Name, value pairs to add to the answer (CORS). */
  readonly responseHeaders: readonly string[];
}

export type Decision = Forward | Preflight | Denial;

/** The one place where routing, verification, limits and authorization are driven in order. */
export interface Guard {
  /** Never rejects, and never returns a promise on a public route or a cache hit. */
  decide(head: RequestHead): Decision | Promise<Decision>;
}
