import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { foldName, headerNameFault } from './forbidden-headers.ts';
import { createHeaderPlan, type HeaderRule } from './header-plan.ts';

function rule(name: string, claim: string, array: HeaderRule['array'] = 'comma'): HeaderRule {
  return { name, claim: claim.split('.'), array, rule: { text: `${name}: ${claim}`, line: 7 } };
}

const PLAN = createHeaderPlan(
  [rule('x-user-id', 'sub'), rule('x-org', 'org.id'), rule('x-roles', 'roles', 'space')],
  {
    authorization: false,
  },
);

describe('the header plan', () => {
  it('writes each claim into its header', () => {
    assert.deepEqual(PLAN.headers({ sub: 'jo', org: { id: 7 }, roles: ['a', 'b'] }), [
      'x-user-id',
      'jo',
      'x-org',
      '7',
      'x-roles',
      'a b',
    ]);
  });

  it('sets no header for a claim that is not there', () => {
    assert.deepEqual(PLAN.headers({ org: 'flat' }), []);
    assert.deepEqual(PLAN.headers(JSON.parse('{"sub":null,"roles":[]}')), ['x-roles', '']);
  });

  it('tells which claim cannot be written and why, but not its value', () => {
    assert.deepEqual(PLAN.headers({ sub: 'jo\r\nx-admin: 1' }), {
      detail: { header: 'x-user-id', claim: 'sub', why: 'a control character' },
      rule: { text: 'x-user-id: sub', line: 7 },
    });
  });

  it('strips every client copy of an injected header, also under its aliases', () => {
    for (const name of ['x-user-id', 'x_user_id', 'x-user_id', 'x.user.id', 'x-org', 'x_org']) {
      assert.ok(PLAN.strips(name), name);
    }
    for (const name of ['x-user', 'x-user-idx', 'x-userid', 'accept', 'x-orgs'])
      assert.ok(!PLAN.strips(name), name);
  });

  it('strips Authorization unless the API forwards it, and on public routes always', () => {
    const forwarding = createHeaderPlan([], { authorization: true });
    assert.ok(PLAN.strips('authorization'));
    assert.ok(!forwarding.strips('authorization'));
    assert.ok(forwarding.stripsWithAuthorization('authorization'));
  });
});

describe('header names', () => {
  it('of the connection, the message and the gateway cannot be injected', () => {
    for (const name of [
      'host',
      'connection',
      'content-length',
      'transfer-encoding',
      'cookie',
      'x-forwarded-for',
      'x_forwarded_for',
      'proxy-authorization',
      'forwarded',
      'x-request-id',
      'te',
      'authorization',
    ]) {
      assert.match(headerNameFault(name) ?? '', /belongs to the gateway/, name);
    }
    assert.equal(headerNameFault('x user'), 'not a header name');
    assert.equal(headerNameFault('x-user:'), 'not a header name');
    assert.equal(headerNameFault('x-user-id'), undefined);
  });

  it('fold as CGI-style servers fold them', () => {
    assert.equal(foldName('x_user!id.v2'), 'x-user-id-v2');
    assert.equal(foldName('x-user-id'), 'x-user-id');
  });
});
