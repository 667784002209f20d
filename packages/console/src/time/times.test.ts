import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clocks, distance, momentOf, readMoment } from './times.ts';

test('tells how far a moment is, in the two largest units', () => {
  const now = 1_900_000_000;
  assert.equal(distance(now + 543, now), 'in 9 minutes 3 seconds');
  assert.equal(distance(now - 2 * 86_400 - 4 * 3600 - 59, now), '2 days 4 hours ago');
  assert.equal(distance(now + 3600, now), 'in 1 hour');
  assert.equal(distance(now, now), 'now');
  assert.equal(distance(now - 1, now), '1 second ago');
});

test('only claims that are times are moments', () => {
  assert.equal(momentOf('exp', 5), 5);
  assert.equal(momentOf('exp', '5'), undefined);
  assert.equal(momentOf('exp', 1e300), undefined);
  assert.equal(momentOf('sub', 5), undefined);
  assert.equal(clocks(0).utc, '1970-01-01T00:00:00Z');
});

test('reads a moment as seconds or as a date, and nothing as now', () => {
  assert.equal(readMoment(''), undefined);
  assert.equal(readMoment(' 1900000000 '), 1_900_000_000);
  assert.equal(readMoment('2030-03-17T17:46:40Z'), 1_900_000_000);
  assert.equal(readMoment('2030-03-17'), Date.parse('2030-03-17') / 1000);
  for (const text of ['yesterday', '-5', '22.03.2011', '1300819379000', '1e9', '2030']) {
    assert.equal(readMoment(text), text === '2030' ? 2030 : null, text);
  }
});
