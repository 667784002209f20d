import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { VerifiedToken, Verifier } from '@portcullis/token';
import { createLimiter } from '../limit/limiter.ts';
import { ordersApi, outcome, request, snapshotOf } from '../testing/bench.ts';
import { bench, forged, reader } from '../testing/orders.ts';
import { createGuard } from './guard.ts';

describe('limits', () => {
  const limited = (limits: string) =>
    snapshotOf(
      ordersApi('{ match: "GET /{rest*}" }, { match: "GET /p", public: true }', `    limits: [${limits}]\n`),
    );

  async function outcomes(
    snapshot: ReturnType<typeof limited>,
    heads: ReturnType<typeof request>[],
  ): Promise<string[]> {
    const own = bench.guard(snapshot);
    const results: string[] = [];
    for (const head of heads) results.push(outcome(await own.decide(head)));
    return results;
  }

  it('per address come before any token work, so that they slow down guessing', async () => {
    const heads = [
      request('GET /orders/1', 'bad'),
      request('GET /orders/p'),
      request('GET /orders/1', reader),
    ];
    assert.deepEqual(await outcomes(limited('{ per: address, rate: 1/s, burst: 2 }'), heads), [
      '401 token_malformed',
      'forward',
      '429 rate_limited',
    ]);
  });

  it('per client and subject count verified tokens only: a stranger cannot use up what is not his', async () => {
    const other = await bench.token({ client_id: 'other' });
    for (const per of ['client', 'subject']) {
      const heads = [
        ...Array.from({ length: 5 }, () => request('GET /orders/1', forged)),
        request('GET /orders/1', reader),
        request('GET /orders/2', reader),
      ];
      const results = await outcomes(limited(`{ per: ${per}, rate: 1/m, burst: 1 }`), [
        ...heads,
        request('GET /orders/1', other),
      ]);
      assert.deepEqual(results.slice(5), [
        'forward',
        '429 rate_limited',
        per === 'client' ? 'forward' : '429 rate_limited',
      ]);
    }
  });

  it('let tokens that name no client share one bucket', async () => {
    const nameless = await Promise.all(['a', 'b'].map((sub) => bench.token({ sub }, ['client_id'])));
    const heads = nameless.map((token) => request('GET /orders/1', token));
    assert.deepEqual(await outcomes(limited('{ per: client, rate: 1/m, burst: 1 }'), heads), [
      'forward',
      '429 rate_limited',
    ]);
  });

  it('per client count only requests that have a route', async () => {
    const snapshot = snapshotOf(
      ordersApi('{ match: "GET /{id}" }', '    limits: [{ per: client, rate: 1/m, burst: 1 }]\n'),
    );
    const heads = ['GET /orders/a/b', 'PUT /orders/1', 'GET /orders/1'].map((line) => request(line, reader));
    assert.deepEqual(await outcomes(snapshot, heads), [
      '404 route_not_found',
      '405 method_not_allowed',
      'forward',
    ]);
  });

  it('keep apart what two issuers call by one name', async () => {
    const token = (issuerName: string): VerifiedToken => ({
      issuerName,
      header: { alg: 'ES256' },
      claims: { client_id: 'demo' },
    });
    const verifier: Pick<Verifier, 'verifyNow'> = { verifyNow: (name) => token(name) };
    const snapshot = limited('{ per: client, rate: 1/m, burst: 1 }');
    const own = createGuard({ snapshot, verifier, limiter: createLimiter() });
    const results = ['a', 'b', 'a'].map((name) => own.decide(request('GET /orders/1', name)));
    assert.deepEqual((await Promise.all(results)).map(outcome), ['forward', 'forward', '429 rate_limited']);
  });

  it('tell how long to wait in whole seconds, and the rule', async () => {
    const own = bench.guard(limited('{ per: subject, rate: 4/m, burst: 1 }'));
    await own.decide(request('GET /orders/1', reader));
    const denial = await own.decide(request('GET /orders/1', reader));
    assert.ok(denial.kind === 'deny');
    assert.equal(denial.retryAfter, 15);
    assert.equal(denial.check, 'caller_limit');
    assert.equal(denial.rule?.line, 9);
  });
});
