import type { StringsRule } from '../config/schema/require.ts';
import { cutAll } from '../decide/facts.ts';
import type { Rule } from '../decide/rule.ts';
import { type Granted, grantedList, grants } from './granted.ts';
import type { Claims, Refusal, Requirement } from './requirement.ts';

/** A rule over what a token was granted: its scopes, or its roles. */
export function grantedRule(
  config: StringsRule,
  rule: Rule,
  reason: 'scope_missing' | 'role_missing',
  granted: (claims: Claims) => Granted | undefined,
): Requirement {
  const { all, any, none }: Exclude<StringsRule, string[]> = Array.isArray(config) ? { all: config } : config;

  function refuse(have: Granted | undefined, wanted: Record<string, readonly string[]>): Refusal {
    return {
      reason,
      rule,
      detail: { ...wanted, have: have === undefined ? '(unreadable)' : cutAll(grantedList(have)) },
      ...(have === undefined && { unreadable: true as const }),
    };
  }

  return {
    rule,
    test(claims) {
      const have = granted(claims);
      const has = (one: string) => have !== undefined && grants(have, one);
      if (all?.every(has) === false) return refuse(have, { all });
      if (any?.some(has) === false) return refuse(have, { any });
      // A grant that cannot be read might be one of these: it does not pass for an absent one.
      if (none && (have === undefined || none.some(has))) return refuse(have, { none });
      return undefined;
    },
  };
}
