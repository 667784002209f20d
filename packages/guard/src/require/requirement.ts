import type { JwtClaims } from '@portcullis/token';
import type { Facts, Rule } from '../decide/decision.ts';

/** Why a requirement does not hold. */
export interface Refusal {
  readonly reason: 'scope_missing' | 'role_missing' | 'claim_rule_failed';
  readonly detail: Facts;
  readonly rule: Rule;
}

/** A compiled requirement. */
export interface Requirement {
  readonly rule: Rule;
  /** undefined: it holds. */
  test(claims: Readonly<JwtClaims>, params: Readonly<Record<string, string>>): Refusal | undefined;
}
