import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecentRefusals } from './recent-refusals.ts';

test('remembers the newest, forgets the oldest, and keeps nothing that is huge', () => {
  const recent = new RecentRefusals();
  for (let i = 0; i < 3000; i += 1) recent.keep(`id-${i}`, `line ${i}`);
  assert.equal(recent.find('id-2999'), 'line 2999');
  assert.equal(recent.find('id-1000'), 'line 1000');
  assert.equal(recent.find('id-999'), undefined);
  recent.keep('huge', 'x'.repeat(10_000));
  assert.equal(recent.find('huge'), undefined);
});

test('of an id that was used twice the last record counts, and it counts as new', () => {
  const recent = new RecentRefusals();
  recent.keep('a', 'first');
  for (let i = 0; i < 1999; i += 1) recent.keep(`id-${i}`, '');
  recent.keep('a', 'second');
  recent.keep('b', '');
  assert.equal(recent.find('a'), 'second');
});
