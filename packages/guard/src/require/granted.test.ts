import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { claimValue } from './claim-value.ts';
import { rolesOf, scopesOf } from './granted.ts';

describe('scopesOf', () => {
  it('reads scope, else scp, else scopes', () => {
    assert.deepEqual(scopesOf({ scope: 'a b', scp: ['c'], scopes: ['d'] }), ['a', 'b']);
    assert.deepEqual(scopesOf({ scp: ['c', 'd'], scopes: ['e'] }), ['c', 'd']);
    assert.deepEqual(scopesOf({ scp: 'c  d ' }), ['c', 'd']);
    assert.deepEqual(scopesOf({ scopes: ['e'] }), ['e']);
    assert.deepEqual(scopesOf({ scope: ['f', 'g'] }), ['f', 'g'], 'as some issuers write it');
    assert.deepEqual(scopesOf({}), []);
  });

  it('takes an empty scope for an answer: it does not go on to the next claim', () => {
    assert.deepEqual(scopesOf({ scope: '', scopes: ['admin'] }), []);
  });

  it('takes nothing from a claim of another type, nor from the next one', () => {
    const odd = (claims: Record<string, unknown>) => scopesOf(claims);
    for (const claims of [
      { scope: ['a', 7] },
      { scope: { a: true } },
      { scope: 7, scp: ['a'] },
      { scp: ['a', 7] },
      { scp: { length: 1, 0: 'a' } },
      { scopes: { a: 'a' } },
    ]) {
      assert.equal(odd(claims), 'unreadable', JSON.stringify(claims));
    }
  });

  it('sees no claims that the token did not say', () => {
    assert.deepEqual(scopesOf(Object.create({ scope: 'admin' })), []);
  });
});

describe('rolesOf', () => {
  it('follows the path', () => {
    assert.deepEqual(rolesOf({ realm_access: { roles: ['a'] } }, ['realm_access', 'roles']), ['a']);
    assert.deepEqual(rolesOf({ 'https://x.example/roles': ['a'] }, ['https://x.example/roles']), ['a']);
    assert.deepEqual(rolesOf({}, ['realm_access', 'roles']), []);
  });

  it('takes one text for one role, without splitting it', () => {
    assert.deepEqual(rolesOf({ roles: 'a b' }, ['roles']), ['a b']);
  });

  it('takes nothing from a list with other things in it', () => {
    assert.equal(rolesOf({ roles: ['admin', { a: 1 }] }, ['roles']), 'unreadable');
    assert.equal(rolesOf({ roles: { admin: true } }, ['roles']), 'unreadable');
  });
});

describe('claimValue', () => {
  it('finds own members only, and never steps into lists or texts', () => {
    assert.equal(claimValue({ a: {} }, ['constructor']), undefined);
    assert.equal(claimValue({ a: {} }, ['a', 'toString']), undefined);
    assert.equal(claimValue({ a: {} }, ['__proto__']), undefined);
    assert.equal(claimValue({ a: ['x'] }, ['a', '0']), undefined);
    assert.equal(claimValue({ a: ['x'] }, ['a', 'length']), undefined);
    assert.equal(claimValue({ a: 'text' }, ['a', 'length']), undefined);
    assert.equal(claimValue({ a: null }, ['a']), undefined);
    assert.equal(claimValue({ a: { b: 0 } }, ['a', 'b']), 0);
  });
});
