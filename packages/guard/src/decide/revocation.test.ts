import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { VerifiedToken } from '@portcullis/token';
import fc from 'fast-check';
import { denialRecord } from '../explain/denial-record.ts';
import { explain } from '../explain/explain.ts';
import type { Revocation } from '../revoke/revocation.ts';
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
    const values = {
      jti: 'j',
      session: 's',
      subject: 'u',
      client: 'c',
      key: verified.header.kid ?? '',
      issuer: '',
    } as const;
    const revocation = fc
      .record(
        {
          by: fc.constantFrom('jti', 'session', 'subject', 'client', 'key', 'issuer'),
          issuer: fc.constantFrom(ISSUER, 'https://other.example'),
          value: fc.constantFrom('ours', 'another'),
          issuedBefore: fc.constantFrom(NOW - 1000, NOW + 1),
          until: fc.constantFrom(NOW + 2, NOW + 1000),
        },
        { requiredKeys: ['by', 'issuer', 'value'] },
      )
      .map((one) => (one.value === 'ours' ? { ...one, value: values[one.by] } : one));
    const step = fc.record({
      set: fc.nat(1),
      add: fc.array(revocation, { maxLength: 2 }),
      seconds: fc.nat(3),
      forget: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 10 }), (steps) => findAlike(verified, steps)),
      { numRuns: 500 },
    );
  });

  it('is found when it was asked for while it was added', async () => {
    const verified = await bench.verifier.verify(await bench.token({ jti: 'j' }), { audience: AUDIENCE });
    const asking: RevocationSet = new RevocationSet(() => {
      asking.find(verified);
      return NOW;
    });
    asking.add([{ issuer: ISSUER, by: 'jti', value: 'j' }]);
    assert.equal(asking.find(verified), 'jti');
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

interface Step {
  readonly set: number;
  readonly add: readonly Revocation[];
  readonly seconds: number;
  readonly forget: boolean;
}

/** Of a copy of a token nothing is remembered: sets must find it as they find the token. */
function findAlike(token: VerifiedToken, steps: readonly Step[]): void {
  let now = NOW;
  const sets = [new RevocationSet(() => now), new RevocationSet(() => now)] as const;
  for (const { set, add, seconds, forget } of steps) {
    now += seconds;
    const [changed, other] = set === 0 ? sets : [sets[1], sets[0]];
    changed.add(add);
    for (let part = 0; forget && part < 64; part += 1) other.forgetSome();
    for (const one of sets) assert.equal(one.find(token), one.find({ ...token }));
  }
}
