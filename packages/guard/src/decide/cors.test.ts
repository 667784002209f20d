import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ordersApi, outcome, request, snapshotOf } from '../testing/bench.ts';
import { bench, clerk, expired, guard, reader } from '../testing/orders.ts';

describe('CORS at the edge', () => {
  const APP = 'https://app.example.com';
  const cors = bench.guard(
    snapshotOf(
      ordersApi(
        '{ match: "GET /{id}", require: { scopes: [read:orders] } }',
        `    cors: { origins: ["${APP}"] }\n`,
      ),
    ),
  );
  const preflight = (origin: string, method = 'GET') =>
    request('OPTIONS /orders/1', undefined, ['Origin', origin, 'Access-Control-Request-Method', method]);

  it('answers a preflight without a token', async () => {
    const decision = await cors.decide(preflight(APP));
    assert.ok(decision.kind === 'preflight');
    assert.ok(decision.headers.includes(APP));
  });

  it('refuses the preflight of another origin, and tells it nothing', async () => {
    const decision = await cors.decide(preflight('https://evil.example'));
    assert.equal(outcome(decision), '403 cors_origin_denied');
    assert.ok(decision.kind === 'deny' && !decision.responseHeaders.includes('access-control-allow-origin'));
  });

  it('is only a preflight with an origin and a method asked for', async () => {
    assert.equal(outcome(await cors.decide(request('OPTIONS /orders/1'))), '401 credential_missing');
    assert.equal(
      outcome(await cors.decide(request('OPTIONS /orders/1', undefined, ['Origin', APP]))),
      '401 credential_missing',
    );
    assert.equal(outcome(await guard.decide(preflight(APP))), '401 credential_missing');
  });

  it('lets a page of an allowed origin read answers and denials alike', async () => {
    for (const token of [reader, clerk, undefined, expired]) {
      const decision = await cors.decide(request('GET /orders/1', token, ['Origin', APP]));
      assert.ok(decision.kind !== 'preflight');
      assert.deepEqual(decision.responseHeaders, ['vary', 'Origin', 'access-control-allow-origin', APP]);
    }
  });

  it('forwards requests of other origins, whose pages may not read the answer', async () => {
    for (const headers of [
      ['Origin', 'https://evil.example'],
      ['Origin', APP, 'Origin', 'https://evil.example'],
      ['Origin', 'https://evil.example', 'Origin', APP],
      [],
    ]) {
      const decision = await cors.decide(request('GET /orders/1', reader, headers));
      assert.ok(decision.kind === 'forward');
      assert.deepEqual(decision.responseHeaders, ['vary', 'Origin']);
    }
  });

  it("keeps the upstream's own CORS headers back", async () => {
    const [own, plain] = await Promise.all(
      [cors, guard].map((one) => one.decide(request('GET /orders/1', reader))),
    );
    assert.ok(own?.kind === 'forward' && plain?.kind === 'forward');
    assert.ok(own.stripsResponse('access-control-allow-origin'));
    assert.ok(!own.stripsResponse('content-type'));
    assert.ok(!plain.stripsResponse('access-control-allow-origin'));
  });
});
