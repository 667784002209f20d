import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TokenCache } from './token-cache.ts';

test('never holds more than its bound, and only what was set, whatever is done to it', () => {
  const step = fc.record({
    act: fc.constantFrom('set', 'get', 'delete'),
    token: fc.integer({ min: 0, max: 30 }).map((at) => `token-${at}`),
    bytes: fc.integer({ min: 0, max: 120 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const cache = new TokenCache<string>(400);
      const held = new Map<string, number>();
      for (const { act, token, bytes } of steps) {
        if (act === 'set') {
          cache.set(token, token, bytes);
          held.set(token, bytes + token.length);
        } else if (act === 'delete') {
          cache.delete(token);
          held.delete(token);
          assert.equal(cache.get(token), undefined);
        } else {
          const found = cache.get(token);
          assert.ok(found === undefined || (found === token && held.has(token)));
        }
      }
      const alive = [...held].filter(([token]) => cache.get(token) !== undefined).map(([token]) => token);
      // Looking may move entries between generations and drop others, so look at what is left afterwards.
      const left = alive.filter((token) => cache.get(token) !== undefined);
      assert.ok(left.reduce((sum, token) => sum + (held.get(token) ?? 0), 0) <= 400);
    }),
    { numRuns: 300 },
  );
});

test('keeps what is in use while much else passes through', () => {
  const cache = new TokenCache<number>(10_000);
  cache.set('hot', 1, 100);
  for (let at = 0; at < 5000; at++) {
    cache.set(`cold ${at}`, at, 100);
    assert.equal(cache.get('hot'), 1);
  }
  assert.ok(cache.size <= 100);
  assert.equal(cache.get('cold 1'), undefined);
});

test('does not take what is larger than a generation', () => {
  const cache = new TokenCache<number>(100);
  cache.set('large', 1, 51);
  assert.equal(cache.get('large'), undefined);
});
