import type { Facts, JwtClaims } from '@portcullis/token';
import type { Rule } from '../decide/rule.ts';
import { claimValue } from '../require/claim-value.ts';
import { foldName } from './forbidden-headers.ts';
import { type ArrayForm, headerValue } from './header-value.ts';

/** One header and the claim it is made from. */
export interface HeaderRule {
  /** In lower case. */
  readonly name: string;
  readonly claim: readonly string[];
  readonly array: ArrayForm;
  readonly rule: Rule;
}

/** A claim that cannot be written into its header. The value itself is not told. */
export interface UnsafeHeader {
  readonly detail: Facts;
  readonly rule: Rule;
}

/** How the claims of a token become headers for the upstream; compiled once per API. */
export interface HeaderPlan {
  /** Name, value pairs, or the claim that must not be written. A claim that is not there gives no header. */
  headers(claims: Readonly<JwtClaims>): readonly string[] | UnsafeHeader;
  /** Must this client header be dropped? Takes a lower-case name. */
  strips(lowerCaseName: string): boolean;
  /** The same, where `Authorization` is dropped whatever the API says (public routes). */
  stripsWithAuthorization(lowerCaseName: string): boolean;
}

export function createHeaderPlan(
  rules: readonly HeaderRule[],
  o: { readonly authorization: boolean },
): HeaderPlan {
  const injected = new Set(rules.map(({ name }) => foldName(name)));
  const lengths = new Set(rules.map(({ name }) => name.length));

  function stripsInjected(name: string): boolean {
    // Folding keeps the length, so most names need not be folded.
    return lengths.has(name.length) && injected.has(foldName(name));
  }
  function stripsAll(name: string): boolean {
    return name === 'authorization' || stripsInjected(name);
  }

  return {
    headers(claims) {
      const headers: string[] = [];
      for (const { name, claim, array, rule } of rules) {
        const value = claimValue(claims, claim);
        if (value === undefined) continue;
        const written = headerValue(value, array);
        if (typeof written !== 'string') {
          return { rule, detail: { header: name, claim: claim.join('.'), why: written.why } };
        }
        headers.push(name, written);
      }
      return headers;
    },
    strips: o.authorization ? stripsInjected : stripsAll,
    stripsWithAuthorization: stripsAll,
  };
}
