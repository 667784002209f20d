import type { JwtClaims } from '@portcullis/token';
import type { Facts, Rule } from '../decide/decision.ts';

/** A claim that cannot be written into its header. */
export interface UnsafeValue {
  readonly detail: Facts;
  readonly rule: Rule;
}

/** How the claims of a token become headers for the upstream; compiled once per API. */
export interface HeaderPlan {
  /** Name, value pairs, or the claim that must not be written. */
  headers(claims: Readonly<JwtClaims>): readonly string[] | UnsafeValue;
  /** Must this client header be dropped? Takes a lower-case name; `_` counts as `-`. */
  strips(lowerCaseName: string): boolean;
}
