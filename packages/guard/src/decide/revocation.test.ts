import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { denialRecord } from '../explain/denial-record.ts';
import { explain } from '../explain/explain.ts';
import { RevocationSet } from '../revoke/revocation-set.ts';
import {
  AUDIENCE,
  createBench,
  ISSUER,
  NOW,
  ordersApi,
  outcome,
  request,
  snapshotOf,
} from '../testing/bench.ts';

const bench = await createBench();
const snapshot = snapshotOf(
  ordersApi(
    '{ match: "GET /{id}" }, { match: "GET /open", public: true }, { match: "GET /maybe", optional: true }',
  ),
);

describe('a revoked token', () => {
  it('is refused from the moment of its revocation, though its signature was checked before', async () => {
    const revocations = new RevocationSet(() => NOW);
    const guard = bench.guard(snapshot, revocations);
    const ask = async (): Promise<string> => outcome(await guard.decide(request('GET /orders/1', token)));
    const token = await bench.token({ jti: 'doomed' });
    assert.equal(await ask(), 'forward');
    revocations.add([{ issuer: ISSUER, by: 'jti', value: 'doomed', until: NOW + 300 }]);
    assert.equal(await ask(), '401 token_revoked');
  });

  it('is found by every set at once, whatever was asked and added before', async () => {
    const verified = await bench.verifier.verify(
      await bench.token({ jti: 'j', sid: 's', sub: 'u', client_id: 'c' }),
      { audience: AUDIENCE },
    );
    const value = { jti: 'j', session: 's', subject: 'u', client: 'c', key: verified.header.kid ?? '' };
    const revocation = fc.record({
      by: fc.constantFrom(
        'jti' as const,
        'session' as const,
        'subject' as const,
        'client' as const,
        'key' as const,
      ),
      other: fc.boolean(),
    });
    const step = fc.record({ set: fc.nat(1), add: fc.array(revocation, { maxLength: 2 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 10 }), (steps) => {
        const sets = [new RevocationSet(() => NOW), new RevocationSet(() => NOW)] as const;
        for (const { set, add } of steps) {
          sets[set === 0 ? 0 : 1].add(
            add.map(({ by, other }) => ({ issuer: ISSUER, by, value: other ? 'another' : value[by] })),
          );
          // Of a copy nothing is remembered.
          for (const one of sets) assert.equal(one.find(verified), one.find({ ...verified }));
        }
      }),
    );
  });

  it('learns nothing of routes, and does not pass where a token is optional', async () => {
    const revocations = new RevocationSet(() => NOW);
    revocations.add([{ issuer: ISSUER, by: 'subject', value: 'jo' }]);
    const guard = bench.guard(snapshot, revocations);
    const token = await bench.token();
    const table = {
      '/nowhere/at/all': '401 token_revoked',
      '/maybe': '401 token_revoked',
      '/open': 'forward',
    };
    for (const [path, expected] of Object.entries(table)) {
      assert.equal(outcome(await guard.decide(request(`GET /orders${path}`, token))), expected);
    }
  });

  it('is told to operators with what was revoked', async () => {
    const revocations = new RevocationSet(() => NOW);
    revocations.add([{ issuer: ISSUER, by: 'client', value: 'demo', issuedBefore: NOW + 1 }]);
    const denial = await bench
      .guard(snapshot, revocations)
      .decide(request('GET /orders/1', await bench.token()));
    assert.ok(denial.kind === 'deny');
    assert.deepEqual(denial.detail, { by: 'client' });
    const { steps } = explain(denialRecord(denial));
    assert.equal(steps.find(({ check }) => check === 'signature')?.result, 'passed');
    assert.equal(steps.find(({ check }) => check === 'revocation')?.result, 'failed');
    assert.equal(steps.find(({ check }) => check === 'route')?.result, 'not reached');
  });
});
