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
      const cache = new TokenCache<{ token: string; at: number }>(400);
      const held = new Map<string, number>();
      const latest = new Map<string, number>();
      for (const [at, { act, token, bytes }] of steps.entries()) {
        if (act === 'set') {
          cache.set(token, { token, at }, bytes);
          latest.set(token, at);
          held.set(token, bytes + token.length);
        } else if (act === 'delete') {
          cache.delete(token);
          held.delete(token);
          assert.equal(cache.get(token), undefined);
        } else {
          const found = cache.get(token);
          if (found === undefined) continue;
          assert.ok(held.has(token));
          assert.deepEqual(found, { token, at: latest.get(token) });
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

test('what is taken out makes room', () => {
  const cache = new TokenCache<number>(10_000);
  for (let at = 0; at < 1000; at += 1) {
    for (const again of [1, 2]) cache.set('in and out', again, 100);
    if (at % 2 === 0) cache.delete('in and out');
  }
  const kept = Array.from({ length: 30 }, (_, at) => `kept ${at}`);
  for (const token of kept) for (const again of [1, 2]) cache.set(token, again, 100);
  for (const token of kept) assert.equal(cache.get(token), 2);
});

test('takes any bound', () => {
  for (const bound of [0, 1, 0.5, 2 ** 40, Number.MAX_SAFE_INTEGER, Infinity]) {
    const cache = new TokenCache<number>(bound);
    for (const again of [1, 2]) cache.set('token', again, 100);
    assert.equal(cache.get('token'), bound > 1 ? 2 : undefined);
  }
});

test('an entry that is too large for those that came once does not drive them out', () => {
  const cache = new TokenCache<number>(3200);
  cache.set('small', 1, 50);
  cache.set('large', 1, 400);
  assert.equal(cache.get('small'), 1);
  assert.equal(cache.get('large'), undefined);
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
