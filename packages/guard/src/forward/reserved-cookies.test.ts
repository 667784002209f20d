import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isReservedCookie, withoutReservedCookies } from './reserved-cookies.ts';

test("takes the issuer's cookies out, and leaves the others as they are", () => {
  const cases: [string, string | undefined][] = [
    ['a=1; b="2"', 'a=1; b="2"'],
    ['__Host-portcullis-session=x', undefined],
    ['a=1; __Host-portcullis-session=x; b=2', 'a=1; b=2'],
    ['__Secure-Portcullis.r=x;a=1', 'a=1'],
    ['PORTCULLIS_x=1; a=1', 'a=1'],
    ['a=portcullis', 'a=portcullis'],
    ['myportcullis=1', 'myportcullis=1'],
    ['=__Host-portcullis-session=x; a=1', 'a=1'],
    ['a=1, __Host-portcullis-session=x; b=2', 'b=2'],
    ['a="1; __Host-portcullis-session=x"; b=2', 'a="1; b=2'],
    ['portcullis', undefined],
  ];
  for (const [value, left] of cases) assert.equal(withoutReservedCookies(value), left, value);
});

test('knows a Set-Cookie that browsers would store under a reserved name, nameless ones too', () => {
  for (const value of [
    '__Host-portcullis-s=1; Path=/',
    ' portcullis=1',
    '=__Host-portcullis-s=1',
    '\tPortcullis-x=1',
  ]) {
    assert.ok(isReservedCookie(value), value);
  }
  for (const value of ['a=portcullis', 'sid=1; Domain=portcullis.test', ''])
    assert.ok(!isReservedCookie(value), value);
});

test('whatever stands beside it, no reserved cookie is left', () => {
  const piece = fc.constantFrom(
    'a=1',
    '; ',
    ';',
    ' ',
    ',',
    '=',
    '"',
    '__Host-portcullis-s=1',
    'portcullis=2',
    '__Secure-',
    'PortCullis',
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const left = withoutReservedCookies(pieces.join('')) ?? '';
      for (const cookie of left.split(/[;,]/)) assert.ok(!isReservedCookie(cookie), left);
      assert.equal(withoutReservedCookies(left) ?? '', left);
    }),
  );
});
