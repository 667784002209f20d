import type { Rule } from '../decide/rule.ts';
import type { Refusal, Requirement } from './requirement.ts';

/** Holds when all members do; tells of the first that surely does not, else of the first that cannot be read. */
export function allOf(members: readonly Requirement[], rule: Rule): Requirement {
  return {
    rule,
    test(claims, params) {
      let unclear: Refusal | undefined;
      for (const member of members) {
        const refusal = member.test(claims, params);
        if (refusal === undefined) continue;
        if (!refusal.unreadable) return refusal;
        unclear ??= refusal;
      }
      return unclear;
    },
  };
}

/** Holds when one member does; tells the reason of the first, and why each of them did not. */
export function anyOf(members: readonly Requirement[], rule: Rule): Requirement {
  return {
    rule,
    test(claims, params) {
      const failures: string[] = [];
      let reason: Refusal['reason'] = 'claim_rule_failed';
      let unreadable = false;
      for (const member of members) {
        const refusal = member.test(claims, params);
        if (refusal === undefined) return undefined;
        if (failures.length === 0) reason = refusal.reason;
        if (refusal.unreadable) unreadable = true;
        failures.push(`${refusal.reason}: ${refusal.rule.text} (line ${refusal.rule.line})`);
      }
      return { reason, rule, detail: { group: 'any', failed: failures }, ...(unreadable && { unreadable }) };
    },
  };
}

/** Holds when surely no member does. */
export function noneOf(members: readonly Requirement[], rule: Rule): Requirement {
  function found(how: 'held' | 'unreadable', member: Requirement): Refusal {
    const detail = { group: 'none', [how]: member.rule.text, line: member.rule.line };
    return { reason: 'claim_rule_failed', rule, detail };
  }

  return {
    rule,
    test(claims, params) {
      let unclear: Requirement | undefined;
      for (const member of members) {
        const refusal = member.test(claims, params);
        if (refusal === undefined) return found('held', member);
        if (refusal.unreadable) unclear ??= member;
      }
      return unclear && { ...found('unreadable', unclear), unreadable: true };
    },
  };
}
