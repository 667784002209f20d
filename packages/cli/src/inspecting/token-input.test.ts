import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cleanToken } from './token-input.ts';

const part = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);
const token = fc.tuple(part, part, part).map((parts) => parts.join('.'));

test('a token is found in whatever it was pasted with', () => {
  const surroundings = fc.constantFrom<[string, string]>(
    ['Authorization: Bearer ', '\r\n'],
    ['authorization:bearer ', ''],
    ['"', '"'],
    ["'Bearer ", "'"],
    ['  bearer\t', '  '],
    ['"Authorization: Bearer ', '",'],
  );
  fc.assert(
    fc.property(token, surroundings, (bare, [before, after]) => {
      assert.equal(cleanToken(`${before}${bare}${after}`).token, bare);
    }),
  );
});

test('line breaks within a pasted token are taken out, and that is told', () => {
  assert.deepEqual(cleanToken('aaa.bb\n  b.ccc'), { token: 'aaa.bbb.ccc', removed: true, count: 0 });
});

test('a bare token is left as it is, with or without a line break at its end', () => {
  assert.deepEqual(cleanToken('aaa.bbb.ccc\n'), { token: 'aaa.bbb.ccc', removed: false, count: 0 });
});

test('a token is found in a command, a cookie or a response, and of several the first', () => {
  const real = `${Buffer.from('{"alg":"ES256"}').toString('base64url')}.e30.AAAA`;
  assert.equal(cleanToken(`curl -H 'Authorization: Bearer ${real}' https://api.example.com`).token, real);
  assert.equal(cleanToken(`Cookie: a=b; session=${real}; c=d`).token, real);
  const response = JSON.stringify({ access_token: real, id_token: `${real}x` });
  assert.deepEqual(cleanToken(response), { token: real, removed: true, count: 2 });
});
