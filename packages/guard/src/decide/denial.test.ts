import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TokenError, type Verifier } from '@portcullis/token';
import { createLimiter } from '../limit/limiter.ts';
import { AUDIENCE, outcome, request, standardClaims } from '../testing/bench.ts';
import {
  bench,
  clerk,
  elsewhere,
  expired,
  forged,
  guard,
  guest,
  reader,
  SNAPSHOT,
  split,
} from '../testing/orders.ts';
import { createGuard } from './guard.ts';

describe('a denial', () => {
  it('of a rule tells operators the rule, its line, the API, the route and the verified token', async () => {
    const denial = await guard.decide(request('POST /orders', reader));
    assert.ok(denial.kind === 'deny');
    assert.equal(denial.check, 'requirement');
    assert.deepEqual(denial.rule, { text: 'scopes: [write:orders]', line: 8 });
    assert.equal(denial.api?.name, 'orders');
    assert.equal(denial.route?.name, 'POST /');
    assert.equal(denial.verified, true);
    assert.deepEqual(denial.seen, { alg: 'ES256', kid: bench.key.kid, typ: 'at+jwt', ...standardClaims() });
  });

  it('of a token tells what was seen of it, whether that is verified, and the rule it broke', async () => {
    const denial = await guard.decide(request('GET /orders/1', elsewhere));
    assert.ok(denial.kind === 'deny');
    assert.equal(denial.check, 'audience');
    assert.equal(denial.verified, true);
    assert.equal(denial.seen['sub'], 'jo');
    assert.deepEqual(denial.rule, { text: `audience: ${AUDIENCE}`, line: 5 });
    const forgery = await guard.decide(request('GET /orders/1', forged));
    assert.ok(forgery.kind === 'deny');
    assert.equal(forgery.verified, false);
  });

  it('for a method tells which ones there are', async () => {
    const denial = await guard.decide(request('DELETE /orders/1', reader));
    assert.ok(denial.kind === 'deny');
    assert.deepEqual(denial.allow, ['GET', 'HEAD']);
  });

  it('never holds the token', async () => {
    for (const token of [reader, clerk, guest, expired, elsewhere, split, forged]) {
      for (const line of [
        'POST /orders',
        'GET /orders/1',
        'DELETE /orders/1',
        `GET /orders/1?access_token=${token}`,
      ]) {
        const decision = await guard.decide(request(line, token));
        if (decision.kind !== 'deny') continue;
        const { detail, seen, rule, responseHeaders } = decision;
        assert.ok(!JSON.stringify({ detail, seen, rule, responseHeaders }).includes(token.slice(-20)));
      }
    }
  });
});

describe('what nobody foresaw', () => {
  const failing = (verifier: Pick<Verifier, 'verifyNow'>) =>
    createGuard({ snapshot: SNAPSHOT, verifier, limiter: createLimiter() });

  it('denies, whether it is thrown or rejected, and tells operators why', async () => {
    const thrown: Pick<Verifier, 'verifyNow'> = {
      verifyNow() {
        throw new TypeError('broken cache');
      },
    };
    const rejected: Pick<Verifier, 'verifyNow'> = {
      verifyNow: () => Promise.reject(new TypeError('broken key')),
    };
    for (const [verifier, error] of [
      [thrown, 'TypeError: broken cache'],
      [rejected, 'TypeError: broken key'],
    ] as const) {
      const denial = await failing(verifier).decide(request('GET /orders/1', reader));
      assert.equal(outcome(denial), '500 internal_error');
      assert.deepEqual(denial.kind === 'deny' && denial.detail, { error });
    }
  });

  it('is 503 with a time to come back when the keys cannot be had', async () => {
    const verifier: Pick<Verifier, 'verifyNow'> = {
      verifyNow: () => Promise.reject(new TokenError('keys_unavailable')),
    };
    const denial = await failing(verifier).decide(request('GET /orders/1', reader));
    assert.equal(outcome(denial), '503 keys_unavailable');
    assert.ok(denial.kind === 'deny' && (denial.retryAfter ?? 0) > 0);
  });
});
