import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { RequireConfig } from '../config/schema/require.ts';
import { compileRequirement } from './compile-requirement.ts';
import type { Refusal } from './requirement.ts';

const lines = (path: readonly (string | number)[]) => path.length * 10;

function compiled(config: RequireConfig, params: readonly string[] = [], reports: string[] = []) {
  return compileRequirement(config, ['require'], {
    rolesClaim: ['roles'],
    params,
    lineOf: lines,
    report: (path, message) => reports.push(`${path.join('.')}: ${message}`),
  });
}

function refusal(
  config: RequireConfig,
  claims: Record<string, unknown>,
  params: Record<string, string> = {},
): Refusal | undefined {
  return compiled(config, Object.keys(params)).test(claims, new Map(Object.entries(params)));
}

function holds(
  config: RequireConfig,
  claims: Record<string, unknown>,
  params: Record<string, string> = {},
): boolean {
  return refusal(config, claims, params) === undefined;
}

describe('scopes and roles', () => {
  it('a bare list asks for all of it', () => {
    assert.ok(holds({ scopes: ['a', 'b'] }, { scope: 'b c a' }));
    assert.ok(!holds({ scopes: ['a', 'b'] }, { scope: 'a' }));
    assert.ok(!holds({ scopes: ['read'] }, { scope: 'reader read:all' }));
  });

  it('any, all and none hold together', () => {
    const config = { roles: { any: ['clerk', 'admin'], all: ['staff'], none: ['guest'] } };
    assert.ok(holds(config, { roles: ['staff', 'admin'] }));
    assert.ok(!holds(config, { roles: ['admin'] }));
    assert.ok(!holds(config, { roles: ['staff'] }));
    assert.ok(!holds(config, { roles: ['staff', 'admin', 'guest'] }));
  });

  it('none does not hold over roles that cannot be read', () => {
    assert.ok(!holds({ roles: { none: ['banned'] } }, { roles: { banned: true } }));
    assert.ok(holds({ roles: { none: ['banned'] } }, {}));
  });

  it('tells the reason, what was wanted, what was there, and the rule with its line', () => {
    assert.deepEqual(refusal({ scopes: ['read:orders'] }, { scope: 'write:orders' }), {
      reason: 'scope_missing',
      detail: { all: ['read:orders'], have: ['write:orders'] },
      rule: { text: 'scopes: [read:orders]', line: 20 },
    });
    assert.deepEqual(refusal({ roles: { any: ['admin'] } }, {}), {
      reason: 'role_missing',
      detail: { any: ['admin'], have: [] },
      rule: { text: 'roles: { any: [admin] }', line: 20 },
    });
  });

  it('cuts what an attacker may have made long', () => {
    const detail = refusal({ scopes: ['a'] }, { scope: `${'x'.repeat(5000)} ${'y '.repeat(500)}` })?.detail;
    assert.ok(JSON.stringify(detail).length < 1000);
  });
});

describe('claim rules', () => {
  const rule = (name: string, one: NonNullable<RequireConfig['claims']>[string]) => ({
    claims: { [name]: one },
  });

  it('equals compares type and value', () => {
    assert.ok(holds(rule('level', { equals: 3 }), { level: 3 }));
    assert.ok(!holds(rule('level', { equals: 3 }), { level: '3' }));
    assert.ok(!holds(rule('ok', { equals: true }), { ok: 1 }));
    assert.ok(!holds(rule('sub', { equals: 'a' }), { sub: ['a'] }));
    assert.ok(!holds(rule('sub', { equals: 'a' }), {}));
  });

  it('equals "{user}" compares with the decoded path parameter', () => {
    const own = rule('sub', { equals: '{user}' });
    assert.ok(holds(own, { sub: 'jo' }, { user: 'jo' }));
    assert.ok(!holds(own, { sub: 'jo' }, { user: 'Jo' }));
    assert.ok(!holds(own, { sub: '{user}' }, { user: 'jo' }));
    assert.ok(!holds(own, {}, { user: '' }));
  });

  it('whole numbers equal a path parameter by their decimal form alone', () => {
    const own = rule('uid', { equals: '{user}' });
    assert.ok(holds(own, { uid: 42 }, { user: '42' }));
    for (const [uid, user] of [
      [42, '042'],
      [42, '42.0'],
      [42, '4.2e1'],
      [42, ' 42'],
      [1.5, '1.5'],
      [2 ** 53, '9007199254740992'],
      [1e21, '1e+21'],
      [true, 'true'],
      [null, 'null'],
      [['42'], '42'],
      [{}, '[object Object]'],
    ] as const) {
      assert.ok(!holds(own, { uid }, { user }), `${JSON.stringify(uid)} ${user}`);
    }
  });

  it('one of, contains, prefix and exists', () => {
    assert.ok(holds(rule('plan', { oneOf: ['gold', 7] }), { plan: 7 }));
    assert.ok(!holds(rule('plan', { oneOf: ['gold', 7] }), { plan: '7' }));
    assert.ok(holds(rule('groups', { contains: 'ops' }), { groups: ['dev', 'ops'] }));
    assert.ok(!holds(rule('groups', { contains: 'ops' }), { groups: 'ops' }));
    assert.ok(!holds(rule('groups', { contains: 'ops' }), { groups: ['devops', ['ops']] }));
    assert.ok(holds(rule('mail', { prefix: 'a@' }), { mail: 'a@b' }));
    assert.ok(!holds(rule('mail', { prefix: 'a@' }), { mail: ['a@b'] }));
    assert.ok(holds(rule('act', { exists: false }), {}));
    assert.ok(!holds(rule('act', { exists: false }), { act: {} }));
    assert.ok(holds(rule('act', { exists: true }), { act: false }));
    assert.ok(!holds(rule('act', { exists: true }), { act: null }));
    assert.ok(!holds(rule('constructor', { exists: true }), {}));
  });

  it('all members of a rule hold together', () => {
    const both = rule('mail', { prefix: 'a', oneOf: ['ab', 'cd'] });
    assert.ok(holds(both, { mail: 'ab' }));
    assert.ok(!holds(both, { mail: 'cd' }));
    assert.ok(!holds(both, { mail: 'ax' }));
  });

  it('follow a dotted path, or one name that holds "://"', () => {
    assert.ok(holds(rule('a.b', { equals: 1 }), { a: { b: 1 } }));
    assert.ok(!holds(rule('a.b', { equals: 1 }), { 'a.b': 1 }));
    assert.ok(holds(rule('https://x.example/a.b', { equals: 1 }), { 'https://x.example/a.b': 1 }));
  });

  it('tell which member failed and over which value', () => {
    assert.deepEqual(refusal(rule('sub', { equals: '{user}' }), { sub: 'jo' }, { user: 'ann' }), {
      reason: 'claim_rule_failed',
      detail: { claim: 'sub', failed: 'equals', value: 'jo', parameter: 'ann' },
      rule: { text: 'claims: { sub: { equals: {user} } }', line: 30 },
    });
  });

  it('report a parameter that the pattern lacks, or that stands where none may', () => {
    const reports: string[] = [];
    compiled({ claims: { sub: { equals: '{usr}' } } }, ['user'], reports);
    compiled({ claims: { sub: { oneOf: ['a', '{user}'], prefix: '{user}' } } }, ['user'], reports);
    assert.deepEqual(reports, [
      'require.claims.sub.equals: the pattern has no parameter {usr}',
      'require.claims.sub.oneOf: a path parameter can only stand in equals',
      'require.claims.sub.prefix: a path parameter can only stand in equals',
    ]);
  });
});

describe('groups', () => {
  it('any tells why each of its members does not hold', () => {
    assert.deepEqual(refusal({ any: [{ scopes: ['a'] }, { roles: ['b'] }] }, {}), {
      reason: 'scope_missing',
      detail: {
        group: 'any',
        failed: ['scope_missing: scopes: [a] (line 40)', 'role_missing: roles: [b] (line 40)'],
      },
      rule: { text: 'any: [{ scopes: [a] }, { roles: [b] }]', line: 20 },
    });
  });

  it('none tells which of its members holds', () => {
    assert.deepEqual(refusal({ none: [{ scopes: ['a'] }] }, { scope: 'a' }), {
      reason: 'claim_rule_failed',
      detail: { group: 'none', held: 'scopes: [a]', line: 40 },
      rule: { text: 'none: [{ scopes: [a] }]', line: 20 },
    });
  });

  it('none refuses what cannot be read, as it may be so after all', () => {
    const odd = { roles: [{ name: 'banned' }], groups: 'banned', plan: 7, scope: 'a' };
    const banned = { roles: ['banned'] };
    for (const none of [
      banned,
      { roles: { none: ['admin'] } },
      { any: [{ scopes: ['b'] }, banned] },
      { all: [{ scopes: ['a'] }, banned] },
      { none: [banned] },
      { claims: { groups: { contains: 'banned' } } },
      { claims: { plan: { prefix: 'free' } } },
    ]) {
      assert.ok(!holds({ none: [none] }, odd), JSON.stringify(none));
    }
    assert.ok(holds({ none: [{ all: [banned, { scopes: ['b'] }] }] }, odd));
    assert.ok(holds({ none: [banned, { claims: { groups: { contains: 'banned' } } }] }, { scope: 'a' }));
    const { reason, detail } = refusal({ none: [banned] }, odd) ?? {};
    assert.deepEqual(
      [reason, detail],
      ['claim_rule_failed', { group: 'none', unreadable: 'roles: [banned]', line: 40 }],
    );
  });

  const scopes = ['a', 'b', 'c'];
  const { requirement } = fc.letrec<{ requirement: RequireConfig }>((tie) => ({
    requirement: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.record({ scopes: fc.subarray(scopes, { minLength: 1 }) }),
      fc.record({ scopes: fc.record({ any: fc.subarray(scopes, { minLength: 1 }) }) }),
      fc.record({ any: fc.array(tie('requirement'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ all: fc.array(tie('requirement'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ none: fc.array(tie('requirement'), { minLength: 1, maxLength: 3 }) }),
    ),
  }));

  it('decide as plain logic does', () => {
    fc.assert(
      fc.property(requirement, fc.subarray(scopes), (config, granted) => {
        assert.equal(holds(config, { scope: granted.join(' ') }), byLogic(config, granted));
      }),
      { numRuns: 1000 },
    );
  });
});

function byLogic(config: RequireConfig, granted: readonly string[]): boolean {
  const { scopes = [], any, all = [], none = [] } = config;
  const scopesHold = Array.isArray(scopes)
    ? scopes.every((scope) => granted.includes(scope))
    : (scopes.any ?? []).some((scope) => granted.includes(scope));
  return (
    scopesHold &&
    (any === undefined || any.some((one) => byLogic(one, granted))) &&
    all.every((one) => byLogic(one, granted)) &&
    !none.some((one) => byLogic(one, granted))
  );
}
