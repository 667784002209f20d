import type { StringsRule } from '../config/schema/require.ts';
import { cutAll } from '../decide/facts.ts';
import type { Rule } from '../decide/rule.ts';
import type { Granted } from './granted.ts';
import type { Claims, Refusal, Requirement } from './requirement.ts';

/** A rule over what a token was granted: its scopes, or its roles. */
export function grantedRule(
  config: StringsRule,
  rule: Rule,
  reason: 'scope_missing' | 'role_missing',
  granted: (claims: Claims) => Granted,
): Requirement {
  const { all, any, none }: Exclude<StringsRule, string[]> = Array.isArray(config) ? { all: config } : config;

  function refuse(have: Granted, wanted: Record<string, readonly string[]>): Refusal {
    return {
      reason,
      rule,
      detail: { ...wanted, have: have === 'unreadable' ? '(unreadable)' : cutAll(have) },
      ...(have === 'unreadable' && { unreadable: true as const }),
    };
  }

  return {
    rule,
    test(claims) {
      const have = granted(claims);
      const list = have === 'unreadable' ? [] : have;
      if (all?.every((one) => list.includes(one)) === false) return refuse(have, { all });
      if (any?.some((one) => list.includes(one)) === false) return refuse(have, { any });
      // A grant that cannot be read might be one of these: it does not pass for an absent one.
      if (none && (have === 'unreadable' || none.some((one) => list.includes(one))))
        return refuse(have, { none });
      return undefined;
    },
  };
}
