import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { denialRecord } from '../explain/denial-record.ts';
import { explain } from '../explain/explain.ts';
import { RevocationSet } from '../revoke/revocation-set.ts';
import { createBench, ISSUER, NOW, ordersApi, outcome, request, snapshotOf } from '../testing/bench.ts';

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
