import type { KeyPath } from '../config/key-path.ts';
import type { RequireConfig } from '../config/schema/require.ts';
import { splitClaimPath } from '../config/schema/values.ts';
import type { Rule } from '../decide/rule.ts';
import { claimRule } from './claim-rule.ts';
import { rolesOf, scopesOf } from './granted.ts';
import { grantedRule } from './granted-rule.ts';
import { allOf, anyOf, noneOf } from './groups.ts';
import type { RequireContext, Requirement } from './requirement.ts';

/**
 * Compiles `require` into one test.
 * @param at where it stands in the configuration, for the lines that denials name
 */
export function compileRequirement(config: RequireConfig, at: KeyPath, context: RequireContext): Requirement {
  const ruleAt = (path: KeyPath, text: string): Rule => ({ text, line: context.lineOf(path) });
  const members: Requirement[] = [];

  if (config.scopes !== undefined) {
    const rule = ruleAt([...at, 'scopes'], `scopes: ${written(config.scopes)}`);
    members.push(grantedRule(config.scopes, rule, 'scope_missing', scopesOf));
  }
  if (config.roles !== undefined) {
    const rule = ruleAt([...at, 'roles'], `roles: ${written(config.roles)}`);
    members.push(
      grantedRule(config.roles, rule, 'role_missing', (claims) => rolesOf(claims, context.rolesClaim)),
    );
  }
  for (const [name, one] of Object.entries(config.claims ?? {})) {
    const path = [...at, 'claims', name];
    const rule = ruleAt(path, `claims: ${written({ [name]: one })}`);
    members.push(claimRule(one, { name, path: splitClaimPath(name) ?? [name] }, { rule, at: path }, context));
  }
  for (const [key, group] of [
    ['any', anyOf],
    ['all', allOf],
    ['none', noneOf],
  ] as const) {
    const list = config[key];
    if (list === undefined) continue;
    const path = [...at, key];
    const inner = list.map((one, index) => compileRequirement(one, [...path, index], context));
    members.push(group(inner, ruleAt(path, `${key}: ${written(list)}`)));
  }
  const [only] = members;
  return only !== undefined && members.length === 1
    ? only
    : allOf(members, ruleAt(at, `require: ${written(config)}`));
}

/** The rule as a line of YAML flow style, close to what the operator wrote. */
function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' ? value : JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{ ${members.map(([key, member]) => `${key}: ${written(member)}`).join(', ')} }`;
}
