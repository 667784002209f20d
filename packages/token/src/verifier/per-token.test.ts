import assert from 'node:assert/strict';
import { test } from 'node:test';
import { perToken, type VerifiedToken } from '../index.ts';
import { EXPECTED, makeIssuer, tokenOf } from '../testing/issuer.ts';

const { verifier, ...issuer } = await makeIssuer('ES256');
const first = await verifier.verify(tokenOf({ verifier, ...issuer }, { jti: 'first' }), EXPECTED);
const second = await verifier.verify(tokenOf({ verifier, ...issuer }, { jti: 'second' }), EXPECTED);

function counted(): { asked: string[]; of: (token: VerifiedToken) => { jti: string } } {
  const asked: string[] = [];
  const of = perToken(({ claims }: VerifiedToken) => {
    asked.push(String(claims.jti));
    return { jti: String(claims.jti) };
  });
  return { asked, of };
}

test('makes something of each token once, and finds it with that token', () => {
  const one = counted();
  const other = counted();
  const made = one.of(first);
  assert.equal(one.of(first), made);
  assert.notEqual(other.of(first), made);
  assert.deepEqual([one.of(second), one.of(first)], [{ jti: 'second' }, { jti: 'first' }]);
  assert.deepEqual([one.asked, other.asked], [['first', 'second'], ['first']]);
});

test('remembers nothing of a token that no verifier gave, nor of what could not be made', () => {
  const { asked, of } = counted();
  const copy = { ...first };
  assert.notEqual(of(copy), of(copy));
  assert.deepEqual(asked, ['first', 'first']);

  let fails = true;
  const failing = perToken((_: VerifiedToken) => {
    if (fails) throw new Error('not now');
    return 'made';
  });
  assert.throws(() => failing(first), { message: 'not now' });
  fails = false;
  assert.equal(failing(first), 'made');
});

test('is not seen on the token, which stays frozen', () => {
  counted().of(first);
  assert.ok(Object.isFrozen(first));
  assert.deepEqual(Object.keys(first), ['issuerName', 'header', 'claims']);
});
