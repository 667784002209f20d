import type { Rule } from '../decide/decision.ts';
import type { Requirement } from './requirement.ts';

/** Holds when all members do; tells of the first that does not. */
export function allOf(members: readonly Requirement[], rule: Rule): Requirement {
  return {
    rule,
    test(claims, params) {
      for (const member of members) {
        const refusal = member.test(claims, params);
        if (refusal !== undefined) return refusal;
      }
      return undefined;
    },
  };
}

/** Holds when one member does; tells the reason of the first, and why each of them did not. */
export function anyOf(members: readonly Requirement[], rule: Rule): Requirement {
  return {
    rule,
    test(claims, params) {
      const failures: string[] = [];
      let reason: 'scope_missing' | 'role_missing' | 'claim_rule_failed' = 'claim_rule_failed';
      for (const member of members) {
        const refusal = member.test(claims, params);
        if (refusal === undefined) return undefined;
        if (failures.length === 0) reason = refusal.reason;
        failures.push(`${refusal.reason}: ${refusal.rule.text} (line ${refusal.rule.line})`);
      }
      return { reason, rule, detail: { group: 'any', failed: failures } };
    },
  };
}

/** Holds when no member does. */
export function noneOf(members: readonly Requirement[], rule: Rule): Requirement {
  return {
    rule,
    test(claims, params) {
      const held = members.find((member) => member.test(claims, params) === undefined);
      if (held === undefined) return undefined;
      return {
        reason: 'claim_rule_failed',
        rule,
        detail: { group: 'none', held: held.rule.text, line: held.rule.line },
      };
    },
  };
}
