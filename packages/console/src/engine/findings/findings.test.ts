import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FINDINGS } from '../../strings/findings.ts';
import { read } from '../reading/read.ts';
import { findingsIn, RULES } from './findings.ts';

test('every rule has its words, and every word its rule', () => {
  assert.deepEqual(RULES.map(({ id }) => id).toSorted(), Object.keys(FINDINGS).toSorted());
});

test('every rule names where its advice stands', () => {
  for (const { id, reference, url } of RULES) {
    assert.ok(reference.length > 5, id);
    assert.ok(URL.canParse(url) && url.startsWith('https://'), id);
  }
});

test('looks at any token without an error, the worst first, and says each thing once', () => {
  const order = ['danger', 'warning', 'notice'];
  const objects = fc.dictionary(
    fc.constantFrom(
      'alg',
      'kid',
      'jku',
      'x5c',
      'jwk',
      'crit',
      'exp',
      'iat',
      'iss',
      'aud',
      'scope',
      'email',
      'typ',
      'p2c',
      'card',
    ),
    fc.jsonValue({ maxDepth: 2 }),
  );
  fc.assert(
    fc.property(objects, objects, (header, claims) => {
      const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
      const found = findingsIn(read(`${encode(header)}.${encode(claims)}.AAAA`), [], 1_900_000_000);
      assert.equal(new Set(found.map(({ id }) => id)).size, found.length);
      const ranks = found.map(({ severity }) => order.indexOf(severity));
      assert.deepEqual(
        ranks,
        ranks.toSorted((a, b) => a - b),
      );
      for (const { id, facts } of found) assert.ok((FINDINGS[id]?.title(facts).length ?? 0) > 3);
    }),
  );
});
