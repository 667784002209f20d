import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReplacementDelay } from './replacement-delay.ts';

test('workers that crash at once are replaced later and later, up to ten seconds', () => {
  const delay = new ReplacementDelay();
  const delays = Array.from({ length: 9 }, () => delay.after(50));
  assert.deepEqual(delays, [100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
});

test('after a worker that ran for long the next crash counts as the first', () => {
  const delay = new ReplacementDelay();
  for (let crash = 0; crash < 5; crash += 1) delay.after(50);
  assert.equal(delay.after(60_000), 100);
  assert.equal(delay.after(50), 200);
});
