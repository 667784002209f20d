import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Revocation } from '@portcullis/guard';
import { RevocationLog } from './revocation-log.ts';
import { readRevocations } from './revocation-text.ts';

function revocations(count: number, until?: number): Revocation[] {
  return Array.from({ length: count }, (_, n) => ({
    issuer: 'https://id.example',
    by: 'jti',
    value: `${until}-${n}`,
    ...(until !== undefined && { until }),
  }));
}

function valuesIn(log: RevocationLog): string[] {
  return log.batches().flatMap((text) => readRevocations(text).map(({ value }) => value));
}

describe('the log of revocations', () => {
  it('gives back all that it was given, in texts of bounded size', () => {
    const log = new RevocationLog();
    const given = revocations(12_001, 1000);
    for (let from = 0; from < given.length; from += 7) log.add(given.slice(from, from + 7), 0);
    assert.deepEqual(
      valuesIn(log),
      given.map(({ value }) => value),
    );
    assert.equal(log.batches().length, 3);
  });

  it('drops what ends no token any more as others come, and never what has no end', () => {
    const log = new RevocationLog();
    log.add(revocations(5000, 100), 0);
    log.add(revocations(5000), 0);
    log.add(revocations(5000, 300), 200);
    assert.equal(valuesIn(log).length, 10_000);
    assert.ok(!valuesIn(log).includes('100-0'));
    assert.ok(valuesIn(log).includes('undefined-0'));
  });
});
