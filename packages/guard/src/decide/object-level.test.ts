import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JwtClaims } from '@portcullis/token';
import { createBench, ordersApi, outcome, request, snapshotOf } from '../testing/bench.ts';

const bench = await createBench();
const ROUTE = '{ match: "GET /by-user/{user}", require: { claims: { sub: { equals: "{user}" } } } }';
const guard = bench.guard(snapshotOf(ordersApi(ROUTE)));

async function outcomeFor(path: string, claims: JwtClaims, without: readonly string[] = []): Promise<string> {
  const token = await bench.token(claims, without);
  return outcome(await guard.decide(request(`GET /orders/by-user/${path}`, token)));
}

describe('the objects of another', () => {
  const denied: [name: string, path: string, claims: JwtClaims][] = [
    ['by name', 'mallory', { sub: 'jo' }],
    ['by another case', 'Jo', { sub: 'jo' }],
    ['by the start of a name', 'jo', { sub: 'joanna' }],
    ['by a longer name', 'joanna', { sub: 'jo' }],
    ['by a blank after it', 'jo%20', { sub: 'jo' }],
    ['by a look-alike', 'j%D0%BE', { sub: 'jo' }],
    ['by another composition of an accent', 'zoe%CC%88', { sub: 'zoë' }],
    ['by an empty name', 'jo', { sub: '' }],
    ['by the pattern itself', 'jo', { sub: '{user}' }],
    ['by a wildcard', 'jo', { sub: '*' }],
    ['by the encoded text', 'jo%25', { sub: 'jo%25' }],
  ];
  for (const [name, path, claims] of denied) {
    it(`cannot be reached ${name}`, async () => {
      assert.equal(await outcomeFor(path, claims), '403 claim_rule_failed');
    });
  }

  it('cannot be reached by a token that names no subject', async () => {
    assert.equal(await outcomeFor('jo', {}, ['sub']), '403 claim_rule_failed');
    assert.equal(await outcomeFor('undefined', {}, ['sub']), '403 claim_rule_failed');
  });

  it('cannot be reached by a path that means two things', async () => {
    for (const path of ['mallory/../jo', 'jo%2f..%2fmallory', 'jo;mallory', 'jo%00mallory', '/jo'])
      assert.equal(await outcomeFor(path, { sub: 'jo' }), '400 path_ambiguous', path);
  });

  it('are apart from those of the caller, however the path spells them', async () => {
    for (const path of ['jo', '%6ao', '%6A%6F'])
      assert.equal(await outcomeFor(path, { sub: 'jo' }), 'forward', path);
    assert.equal(await outcomeFor('zo%c3%ab', { sub: 'zoë' }), 'forward');
    assert.equal(await outcomeFor('a%3Fb%23c', { sub: 'a?b#c' }), 'forward');
  });
});
