import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CHECK_SUMMARIES,
  CHECKS,
  KEY_ERRORS,
  KeyError,
  POLICY_ERRORS,
  PolicyError,
  TOKEN_ERRORS,
  TokenError,
} from './index.ts';

test('every check has a summary, and every refusal belongs to a check', () => {
  assert.deepEqual([...CHECKS], Object.keys(CHECK_SUMMARIES));
  for (const { check } of Object.values(TOKEN_ERRORS)) assert.ok(CHECKS.includes(check));
  const used = new Set(Object.values(TOKEN_ERRORS).map(({ check }) => check));
  assert.deepEqual([...used].sort(), [...CHECKS].sort());
});

test('codes are snake_case, described, and mean one thing only', () => {
  const registries = [TOKEN_ERRORS, KEY_ERRORS, POLICY_ERRORS];
  const codes = registries.flatMap((registry) => Object.keys(registry));
  assert.equal(new Set(codes).size, codes.length);
  for (const code of codes) assert.match(code, /^[a-z]+(_[a-z]+)*$/);
  for (const entry of registries.flatMap((registry) => Object.values(registry)))
    assert.ok(entry.summary.length > 5 && entry.cure.length > 5);
});

test('errors carry their code, and their name survives bundling', () => {
  assert.equal(new TokenError('token_expired').check, 'expiry');
  assert.equal(new TokenError('token_expired').name, 'TokenError');
  assert.match(
    new KeyError('key_use', { kid: 'a"b', about: 'here' }).message,
    /^key_use: .*kid "a\\"b", here/,
  );
  assert.equal(new PolicyError('skew_invalid', 'x').code, 'skew_invalid');
});
