import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TokenCache } from './token-cache.ts';

const TAIL = '.the same signature of some length';

test('never holds more than its bound, and only what was set, whatever is done to it', () => {
  const step = fc.record({
    act: fc.constantFrom('set', 'get', 'delete'),
    token: fc.integer({ min: 0, max: 30 }).map((at) => (at % 3 === 0 ? `${at}${TAIL}` : `token-${at}`)),
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

test('tokens that never come again drive out none that do', () => {
  const cache = new TokenCache<number>(10_000);
  const kept = Array.from({ length: 20 }, (_, at) => `kept ${at}`);
  for (const again of [1, 2]) for (const token of kept) cache.set(token, again, 100);
  for (let at = 0; at < 5000; at += 1) cache.set(`never again ${at}`, at, 100);
  for (const token of kept) assert.equal(cache.get(token), 2);
  assert.ok(cache.size <= 30);
});

test('a token that comes again is held, at once as well as after many others', () => {
  const cache = new TokenCache<number>(1_000_000);
  cache.set('at once', 1, 100);
  assert.equal(cache.get('at once'), 1);
  cache.set('later', 1, 100);
  for (let at = 0; at < 1500; at += 1) cache.set(`another ${at}`, at, 100);
  assert.equal(cache.get('later'), undefined);
  cache.set('later', 2, 100);
  for (let at = 0; at < 1500; at += 1) cache.set(`one more ${at}`, at, 100);
  assert.equal(cache.get('at once'), 1);
  assert.equal(cache.get('later'), 2);
});

test('does not take what is larger than a generation', () => {
  const cache = new TokenCache<number>(100);
  cache.set('large', 1, 51);
  assert.equal(cache.get('large'), undefined);
});

test('tells tokens apart that end alike', () => {
  const cache = new TokenCache<string>(10_000);
  const tail = 'x'.repeat(100);
  cache.set(`a${tail}`, 'a', 1);
  assert.equal(cache.get(`b${tail}`), undefined);
  assert.equal(cache.get(tail), undefined);
  assert.equal(cache.get(`a${tail}`), 'a');
  cache.set(`b${tail}`, 'b', 1);
  assert.equal(cache.get(`a${tail}`), undefined);
  assert.equal(cache.get(`b${tail}`), 'b');
});
