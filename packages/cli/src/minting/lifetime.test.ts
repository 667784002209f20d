import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CliError } from '../errors.ts';
import { parseLifetime } from './lifetime.ts';

test('a lifetime is read in seconds, minutes and hours', () => {
  assert.deepEqual(['90s', '10m', '1h'].map(parseLifetime), [90, 600, 3600]);
});

test('a lifetime over one hour is refused', () => {
  for (const text of ['3601s', '61m', '2h', '999999999h']) {
    assert.throws(
      () => parseLifetime(text),
      (error) => error instanceof CliError && error.exit === 'refused',
      text,
    );
  }
});

test('what is no lifetime is a usage error', () => {
  for (const text of ['', '10', '0m', '-5m', '1e3s', '10 m', '1d', 'm']) {
    assert.throws(
      () => parseLifetime(text),
      (error) => error instanceof CliError && error.exit === 'usage',
      text,
    );
  }
});
