import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CliError } from '../errors.ts';
import { accessTokenClaims, type ClaimsInput } from './claims.ts';

const input: ClaimsInput = {
  issuer: 'http://localhost:8081',
  audience: 'https://api.example.com/orders',
  client: 'demo',
  scopes: [],
  roles: [],
  lifetime: 600,
  extra: [],
};

test('an access token has the claims that RFC 9068 asks for', () => {
  const { jti, ...claims } = accessTokenClaims(
    { ...input, scopes: ['a b', 'c', 'a'], roles: ['clerk'] },
    1000.7,
  );
  assert.match(String(jti), /^[0-9a-f-]{36}$/);
  assert.deepEqual(claims, {
    iss: 'http://localhost:8081',
    sub: 'demo',
    aud: 'https://api.example.com/orders',
    exp: 1600,
    iat: 1000,
    client_id: 'demo',
    scope: 'a b c',
    roles: ['clerk'],
  });
});

test('without scopes and roles there are no such claims', () => {
  const claims = accessTokenClaims(input, 0);
  assert.ok(!('scope' in claims) && !('roles' in claims));
});

test('two tokens never share a jti', () => {
  assert.notEqual(accessTokenClaims(input, 0).jti, accessTokenClaims(input, 0).jti);
});

test('a further claim is JSON', () => {
  const claims = accessTokenClaims({ ...input, extra: ['tenant="a=b"', 'level=3', '__proto__={"x":1}'] }, 0);
  assert.equal(claims['tenant'], 'a=b');
  assert.equal(claims['level'], 3);
  assert.deepEqual(Object.getOwnPropertyDescriptor(claims, '__proto__')?.value, { x: 1 });
});

test('a further claim cannot bend those that have a meaning of their own', () => {
  for (const name of ['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'client_id', 'scope', 'roles']) {
    assert.throws(() => accessTokenClaims({ ...input, extra: [`${name}=1`] }, 0), CliError, name);
  }
});

test('a claim without name or JSON, and a scope that RFC 6749 forbids, are usage errors', () => {
  for (const bad of [
    { extra: ['tenant=acme'] },
    { extra: ['=1'] },
    { extra: ['x'] },
    { scopes: ['a"b'] },
    { scopes: ['ä'] },
  ]) {
    assert.throws(
      () => accessTokenClaims({ ...input, ...bad }, 0),
      (error) => error instanceof CliError && error.exit === 'usage',
      JSON.stringify(bad),
    );
  }
});
