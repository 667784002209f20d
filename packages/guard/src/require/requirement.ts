import type { Facts, JwtClaims } from '@portcullis/token';
import type { Rule } from '../decide/rule.ts';
import type { PathParams } from '../route/path-params.ts';

/** Why a requirement does not hold. */
export interface Refusal {
  readonly reason: 'scope_missing' | 'role_missing' | 'claim_rule_failed';
  readonly detail: Facts;
  readonly rule: Rule;
  /** The claim is there but cannot be read, so that what was asked may be so after all: `none` does not take it for a no. */
  readonly unreadable?: true;
}

export type Claims = Readonly<JwtClaims>;
/** Decoded path parameters. */
export type Params = Pick<PathParams, 'get'>;

/** A compiled requirement. */
export interface Requirement {
  readonly rule: Rule;
  /** undefined: it holds. */
  test(claims: Claims, params: Params): Refusal | undefined;
}

/** What compiling a requirement needs to know of the place where it stands. */
export interface RequireContext {
  /** Where roles are found in the claims. */
  readonly rolesClaim: readonly string[];
  /** The path parameters of the route. */
  readonly params: readonly string[];
  lineOf(path: readonly (string | number)[]): number;
  report(path: readonly (string | number)[], message: string): void;
}
