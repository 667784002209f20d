import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { generateKey, sign, TokenError, type Verifier } from '@portcullis/token';
import { createLimiter } from '../limit/limiter.ts';
import {
  AUDIENCE,
  createBench,
  NOW,
  ordersApi,
  outcome,
  request,
  snapshotOf,
  standardClaims,
} from '../testing/bench.ts';
import { createGuard } from './guard.ts';

const bench = await createBench();

const SNAPSHOT = snapshotOf(`${ordersApi(
  [
    '{ match: "GET /{id}", require: { scopes: [read:orders] } }',
    '{ match: "POST /", require: { scopes: [write:orders], roles: { any: [clerk, admin] } } }',
    '{ match: "GET /by-user/{user}", require: { claims: { sub: { equals: "{user}" } } } }',
    '{ match: "GET /health", public: true }',
    '{ match: "GET /catalogue", optional: true, require: { scopes: [read:orders] } }',
    '{ match: "GET /trial", shadow: true, require: { scopes: [beta] } }',
    '{ match: "* /files/{rest*}" }',
  ].join(', '),
  '    forward: { headers: { x-user-id: sub, x-scopes: scope } }\n',
)}
  - name: docs
    basePath: /docs
    upstreams: [{ url: "http://127.0.0.1:9002" }]
    routes: [{ match: "GET /{rest*}", public: true }]
`);

const guard = bench.guard(SNAPSHOT);
const reader = await bench.token({ scope: 'read:orders' });
const clerk = await bench.token({ scope: 'write:orders', roles: ['clerk'] });
const guest = await bench.token({ scope: 'write:orders', roles: ['guest'] });
const expired = await bench.token({ scope: 'read:orders', iat: NOW - 600, exp: NOW - 300 });
const elsewhere = await bench.token({ scope: 'read:orders', aud: 'https://api.example.com/other' });
const split = await bench.token({ scope: 'read:orders', sub: 'jo\r\nx-admin: 1' });
const { privateJwk: stranger } = await generateKey('ES256', { kid: bench.key.kid ?? '' });
const forged = await sign({ ...standardClaims(), scope: 'read:orders' }, { key: stranger });

describe('what a request gets', () => {
  const table: [line: string, token: string | undefined, result: string][] = [
    // Outside every basePath there is nothing to tell apart.
    ['GET /', undefined, '404 api_not_found'],
    ['GET /ordersX/1', reader, '404 api_not_found'],
    // Inside one, without a valid token, everything looks the same.
    ['GET /orders/1', undefined, '401 credential_missing'],
    ['GET /orders/no/such/route', undefined, '401 credential_missing'],
    ['DELETE /orders/1', undefined, '401 credential_missing'],
    ['GET /orders/1', expired, '401 token_expired'],
    ['GET /orders/no/such/route', expired, '401 token_expired'],
    ['GET /orders/1', elsewhere, '401 audience_mismatch'],
    ['GET /orders/1', forged, '401 signature_invalid'],
    ['GET /orders/1', 'not-a-token', '401 token_malformed'],
    // With one, the truth.
    ['GET /orders/1', reader, 'forward'],
    ['HEAD /orders/1', reader, 'forward'],
    ['GET /orders/no/such/route', reader, '404 route_not_found'],
    ['DELETE /orders/1', reader, '405 method_not_allowed'],
    ['GET /orders/1', clerk, '403 scope_missing'],
    ['POST /orders', clerk, 'forward'],
    ['POST /orders/', clerk, 'forward'],
    ['POST /orders', reader, '403 scope_missing'],
    ['POST /orders', guest, '403 role_missing'],
    ['GET /orders/by-user/jo', reader, 'forward'],
    ['GET /orders/by-user/%6Ao', reader, 'forward'],
    ['GET /orders/by-user/ann', reader, '403 claim_rule_failed'],
    ['PURGE /orders/files', reader, 'forward'],
    ['GET /orders/1', split, '403 header_value_unsafe'],
    // Public routes look at no token; optional ones refuse a bad one.
    ['GET /orders/health', undefined, 'forward'],
    ['GET /orders/health', forged, 'forward'],
    ['GET /orders/health?access_token=x', undefined, 'forward'],
    ['GET /orders/catalogue', undefined, 'forward'],
    ['GET /orders/catalogue', reader, 'forward'],
    ['GET /orders/catalogue', expired, '401 token_expired'],
    ['GET /orders/catalogue', clerk, '403 scope_missing'],
    ['GET /orders/catalogue?access_token=x', undefined, '400 credential_ambiguous'],
    // Shadow mode lets rules pass, never tokens.
    ['GET /orders/trial', reader, 'forward'],
    ['GET /orders/trial', expired, '401 token_expired'],
    ['GET /orders/trial', undefined, '401 credential_missing'],
    // An API of public routes has nothing to hide.
    ['GET /docs/a/b', undefined, 'forward'],
    ['POST /docs/a/b', undefined, '405 method_not_allowed'],
    ['POST /docs/a/b', forged, '405 method_not_allowed'],
    // Ambiguous or malformed: refused before any route is looked for.
    ['GET /orders/health/../1', reader, '400 path_ambiguous'],
    ['GET /orders/health/%2e%2e/1', reader, '400 path_ambiguous'],
    ['GET /orders/health%2F..%2F1', reader, '400 path_ambiguous'],
    ['GET /orders;x/1', reader, '400 path_ambiguous'],
    ['GET //orders/1', reader, '400 path_ambiguous'],
    ['GET /nowhere%00', undefined, '400 path_ambiguous'],
    ['OPTIONS *', undefined, '400 request_target_invalid'],
    ['GET http://evil.example/orders/1', reader, '400 request_target_invalid'],
    ['GET http://api.example.com/orders/1', reader, 'forward'],
    ['GET /orders/1?access_token=x', reader, '400 credential_ambiguous'],
  ];
  for (const [line, token, result] of table) {
    const who = token === undefined ? 'without a token' : `with ${nameOf(token)}`;
    it(`${line} ${who}: ${result}`, async () => {
      assert.equal(outcome(await guard.decide(request(line, token))), result);
      // The second time the token comes from the cache, and the answer is the same.
      assert.equal(outcome(await guard.decide(request(line, token))), result);
    });
  }

  it('two Authorization fields: 400', async () => {
    const head = request('GET /orders/1', reader, ['authorization', `Bearer ${reader}`]);
    assert.equal(outcome(await guard.decide(head)), '400 credential_ambiguous');
  });
});

function nameOf(token: string): string {
  const names = new Map([
    [reader, 'a reader'],
    [clerk, 'a clerk'],
    [guest, 'a guest'],
    [expired, 'an expired token'],
    [elsewhere, "another API's token"],
    [split, 'a subject that splits headers'],
    [forged, 'a forged token'],
  ]);
  return names.get(token) ?? token;
}

describe('a forward', () => {
  it('carries the canonical path, the raw query, the parameters and the identity headers', async () => {
    const forward = await guard.decide(request('GET /orders/%34%32?a=%zz', reader));
    assert.ok(forward.kind === 'forward');
    assert.equal(forward.match.path, '/orders/42');
    assert.equal(forward.match.query, '?a=%zz');
    assert.equal(forward.match.params['id'], '42');
    assert.equal(forward.match.route?.name, 'GET /{id}');
    assert.deepEqual(forward.headers, ['x-user-id', 'jo', 'x-scopes', 'read:orders']);
    assert.equal(forward.token?.claims.sub, 'jo');
    assert.equal(forward.shadow, undefined);
  });

  it('of a public route sets no identity, strips what a client claims to be, and drops Authorization', async () => {
    const forward = await guard.decide(request('GET /orders/health', reader));
    assert.ok(forward.kind === 'forward');
    assert.deepEqual(forward.headers, []);
    assert.equal(forward.token, undefined);
    for (const name of ['x-user-id', 'x_user_id', 'x-scopes', 'authorization'])
      assert.ok(forward.strips(name), name);
    assert.ok(!forward.strips('accept'));
  });

  it('in shadow mode tells what would have been denied', async () => {
    const forward = await guard.decide(request('GET /orders/trial', reader));
    assert.ok(forward.kind === 'forward');
    assert.equal(forward.shadow?.reason, 'scope_missing');
    assert.equal(forward.shadow?.route?.name, 'GET /trial');
  });

  it('is no promise on a public route or a cache hit', async () => {
    await guard.decide(request('GET /orders/1', reader));
    assert.ok(!(guard.decide(request('GET /orders/1', reader)) instanceof Promise));
    assert.ok(!(guard.decide(request('GET /orders/health')) instanceof Promise));
    assert.ok(!(guard.decide(request('GET /orders/1')) instanceof Promise));
  });

  it('ends with the token: a cached one is refused once it has expired', async () => {
    const own = await createBench();
    const token = await own.token({ scope: 'read:orders' });
    const decide = () => own.guard(SNAPSHOT).decide(request('GET /orders/1', token));
    assert.equal(outcome(await decide()), 'forward');
    own.now = NOW + 306;
    assert.equal(outcome(await decide()), '401 token_expired');
  });
});

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

describe('what nobody foresaw', () => {
  const failing = (verifier: Verifier) =>
    createGuard({ snapshot: SNAPSHOT, verifier, limiter: createLimiter() });

  it('denies, whether it is thrown or rejected, and tells operators why', async () => {
    const thrown: Verifier = {
      recall() {
        throw new TypeError('broken cache');
      },
      verify: () => Promise.reject(new Error('not reached')),
    };
    const rejected: Verifier = {
      recall: () => undefined,
      verify: () => Promise.reject(new TypeError('broken key')),
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
    const verifier: Verifier = {
      recall: () => undefined,
      verify: () => Promise.reject(new TokenError('keys_unavailable')),
    };
    const denial = await failing(verifier).decide(request('GET /orders/1', reader));
    assert.equal(outcome(denial), '503 keys_unavailable');
    assert.ok(denial.kind === 'deny' && (denial.retryAfter ?? 0) > 0);
  });
});
