import type { Facts } from '@portcullis/token';
import type { ClaimRule } from '../config/schema/require.ts';
import { claimFact, cut } from '../decide/facts.ts';
import type { Rule } from '../decide/rule.ts';
import { claimValue } from './claim-value.ts';
import type { Params, Refusal, RequireContext, Requirement } from './requirement.ts';

type Test = (value: unknown, params: Params) => boolean;

const PARAMETER = /^\{([A-Za-z_][A-Za-z0-9_]*)\}$/;

/** A rule over one claim; all of its members must hold. A claim that is not there satisfies none but `exists: false`. */
export function claimRule(
  config: ClaimRule,
  claim: { readonly name: string; readonly path: readonly string[] },
  place: { readonly rule: Rule; readonly at: readonly (string | number)[] },
  context: RequireContext,
): Requirement {
  const { rule, at } = place;
  const parameter = parameterOf(config.equals);
  if (parameter !== undefined && !context.params.includes(parameter)) {
    context.report([...at, 'equals'], `the pattern has no parameter {${parameter}}`);
  }
  for (const key of ['oneOf', 'contains', 'prefix'] as const) {
    const values = [config[key]].flat();
    if (values.some((value) => parameterOf(value) !== undefined)) {
      context.report([...at, key], 'a path parameter can only stand in equals');
    }
  }
  const tests = memberTests(config, parameter);

  return {
    rule,
    test(claims, params) {
      const value = claimValue(claims, claim.path);
      const failed = tests.find(([, test]) => !test(value, params));
      return failed && refusal(failed[0], value, params);
    },
  };

  function refusal(member: string, value: unknown, params: Params): Refusal {
    const facts: Record<string, Facts[string]> = {
      claim: claim.name,
      failed: member,
      value: claimFact(value),
    };
    if (member === 'equals' && parameter !== undefined) facts['parameter'] = cut(params.get(parameter) ?? '');
    return {
      reason: 'claim_rule_failed',
      rule,
      detail: facts,
      ...(isOtherType(member, value) && { unreadable: true as const }),
    };
  }
}

function memberTests(config: ClaimRule, parameter: string | undefined): [member: string, test: Test][] {
  const { equals, oneOf, contains, prefix, exists } = config;
  const tests: [string, Test][] = [];
  if (parameter !== undefined)
    tests.push(['equals', (value, params) => isParameter(value, params.get(parameter))]);
  else if (equals !== undefined) tests.push(['equals', (value) => value === equals]);
  if (oneOf !== undefined) tests.push(['oneOf', (value) => oneOf.some((one) => one === value)]);
  if (contains !== undefined)
    tests.push(['contains', (value) => Array.isArray(value) && value.includes(contains)]);
  if (prefix !== undefined)
    tests.push(['prefix', (value) => typeof value === 'string' && value.startsWith(prefix)]);
  if (exists !== undefined) tests.push(['exists', (value) => (value !== undefined) === exists]);
  return tests;
}

/** Some issuers send a list of one item as that item: that a text is no list says nothing about what it holds. */
function isOtherType(member: string, value: unknown): boolean {
  if (value === undefined) return false;
  return member === 'contains' ? !Array.isArray(value) : member === 'prefix' && typeof value !== 'string';
}

function parameterOf(value: unknown): string | undefined {
  return typeof value === 'string' ? PARAMETER.exec(value)?.[1] : undefined;
}

/** Texts compare as they are, whole numbers by their decimal form; nothing else ever equals a path parameter. */
function isParameter(value: unknown, parameter: string | undefined): boolean {
  if (parameter === undefined) return false;
  if (typeof value === 'string') return value === parameter;
  return typeof value === 'number' && Number.isSafeInteger(value) && String(value) === parameter;
}
