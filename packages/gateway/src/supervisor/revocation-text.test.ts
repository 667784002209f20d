import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REVOKED_BY, type Revocation } from '@portcullis/guard';
import fc from 'fast-check';
import { readRevocations, writeRevocations } from './revocation-text.ts';

const seconds = fc.integer({ min: 0, max: 2 ** 32 });

const revocation: fc.Arbitrary<Revocation> = fc.record(
  {
    issuer: fc.oneof(fc.constantFrom('https://a.test', 'https://b.test'), fc.string()),
    by: fc.constantFrom(...REVOKED_BY),
    value: fc.string({ unit: 'binary' }),
    issuedBefore: seconds,
    until: seconds,
  },
  { requiredKeys: ['issuer', 'by', 'value'], noNullPrototype: true },
);

test('revocations come out of their text as they went in, in their order', () => {
  fc.assert(
    fc.property(fc.array(revocation), (given) => {
      assert.deepEqual(readRevocations(writeRevocations(given)), given);
    }),
  );
});

test('those of one issuer by one thing do not name it again and again', () => {
  const given = Array.from({ length: 1000 }, (_, at): Revocation => {
    return { issuer: 'https://issuer.test', by: 'jti', value: `${1000 + at}`, until: 1_800_000_000 };
  });
  assert.ok(writeRevocations(given).length < 1000 * 20);
});
