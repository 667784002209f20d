import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { claimValue } from './claim-value.ts';
import { type Granted, grantedList, grants, rolesOf, scopesOf } from './granted.ts';
import type { Claims } from './requirement.ts';

const listed = (granted: Granted | undefined) => (granted === undefined ? undefined : grantedList(granted));
const scopes = (claims: Claims) => listed(scopesOf(claims));
const roles = (claims: Claims, path: readonly string[]) => listed(rolesOf(claims, path));

describe('scopesOf', () => {
  it('reads scope, else scp, else scopes', () => {
    assert.deepEqual(scopes({ scope: 'a b', scp: ['c'], scopes: ['d'] }), ['a', 'b']);
    assert.deepEqual(scopes({ scp: ['c', 'd'], scopes: ['e'] }), ['c', 'd']);
    assert.deepEqual(scopes({ scp: 'c  d ' }), ['c', 'd']);
    assert.deepEqual(scopes({ scopes: ['e'] }), ['e']);
    assert.deepEqual(scopes({ scope: ['f', 'g'] }), ['f', 'g'], 'as some issuers write it');
    assert.deepEqual(scopes({}), []);
  });

  it('takes an empty scope for an answer: it does not go on to the next claim', () => {
    assert.deepEqual(scopes({ scope: '', scopes: ['admin'] }), []);
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
      assert.equal(odd(claims), undefined, JSON.stringify(claims));
    }
  });

  it('sees no claims that the token did not say', () => {
    assert.deepEqual(scopes(Object.create({ scope: 'admin' })), []);
  });
});

describe('grants', () => {
  it('holds a word of a text exactly when the list of its words does', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', ':'), minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.constant(' ')), { maxLength: 12 }), word, (parts, one) => {
        const text = parts.join('');
        const spaced = parts.join(' ');
        assert.equal(grants(text, one), grants(grantedList(text), one));
        assert.equal(grants(spaced, one), grants(grantedList(spaced), one));
      }),
      { numRuns: 1000 },
    );
  });

  it('takes no part of a word for a word', () => {
    for (const text of ['reader', 'reread', 'my-read', 'read:all', 'READ', 'x\tread', '']) {
      assert.equal(grants(text, 'read'), false, text);
    }
    for (const text of ['', ' ', 'read', 'a  b'])
      assert.equal(grants(text, ''), false, `nothing of "${text}"`);
    for (const text of ['read', 'reader read', 'read reader', ' read', 'reread  read ']) {
      assert.equal(grants(text, 'read'), true, text);
    }
  });
});

describe('rolesOf', () => {
  it('follows the path', () => {
    assert.deepEqual(roles({ realm_access: { roles: ['a'] } }, ['realm_access', 'roles']), ['a']);
    assert.deepEqual(roles({ 'https://x.example/roles': ['a'] }, ['https://x.example/roles']), ['a']);
    assert.deepEqual(roles({}, ['realm_access', 'roles']), []);
  });

  it('takes one text for one role, without splitting it', () => {
    assert.deepEqual(roles({ roles: 'a b' }, ['roles']), ['a b']);
  });

  it('takes nothing from a list with other things in it', () => {
    assert.equal(roles({ roles: ['admin', { a: 1 }] }, ['roles']), undefined);
    assert.equal(roles({ roles: { admin: true } }, ['roles']), undefined);
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
