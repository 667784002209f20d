import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkOnce, findBinding, findMalformed, findOtherKind } from './fixed-checks.ts';

const NAMES = [
  'at_hash',
  'c_hash',
  's_hash',
  'events',
  'htm',
  'htu',
  'token_introspection',
  '_sd_alg',
  'vct',
  'typ',
  'token_use',
  'nonce',
  'cnf',
  'exp',
  'nbf',
  'iat',
  'sub',
  'jti',
  'client_id',
  'aud',
  'scope',
  'iss',
  'roles',
];
const value = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    1,
    -1.5,
    Number.NaN,
    true,
    'Bearer',
    'access',
    'ID',
    'refresh',
    [],
    ['a'],
    {},
  ),
  fc.array(fc.oneof(fc.string(), fc.integer()), { maxLength: 2 }),
);

test('what is found in one look is what the checks find one after the other', () => {
  const claims = fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), fc.string()), value, { maxKeys: 6 });
  const typ = fc.option(fc.constantFrom('at+jwt', 'JWT', 'application/at+jwt'), { nil: undefined });
  fc.assert(
    fc.property(claims, typ, (set, type) => {
      const fault = findOtherKind(set, type) ?? findBinding(set) ?? findMalformed(set);
      assert.deepEqual(checkOnce(set, type), fault === undefined ? { claims: set } : { fault });
    }),
    { numRuns: 2000 },
  );
});
