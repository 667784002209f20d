import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AUDIENCE, createBench, NOW, ordersApi, outcome, request, snapshotOf } from '../testing/bench.ts';
import { bench, guard, reader, SNAPSHOT } from '../testing/orders.ts';

describe('a forward', () => {
  it('carries the canonical path, the raw query, the parameters and the identity headers', async () => {
    const forward = await guard.decide(request('GET /orders/%34%32?a=%zz', reader));
    assert.ok(forward.kind === 'forward');
    assert.equal(forward.match.path, '/orders/42');
    assert.equal(forward.match.query, '?a=%zz');
    assert.equal(forward.match.params.get('id'), '42');
    assert.equal(forward.match.route?.name, 'GET /{id}');
    assert.deepEqual(forward.headers, ['x-user-id', 'jo', 'x-scopes', 'read:orders']);
    assert.equal(forward.token?.claims.sub, 'jo');
    assert.equal(forward.shadow, undefined);
  });

  it('carries what this API, as it is now, makes of a token, whatever was made of it before', async () => {
    const api = (name: string, headers: string) => `  - name: ${name}
    basePath: /${name}
    audience: ${AUDIENCE}
    issuers: [local]
    upstreams: [{ url: "http://127.0.0.1:9001" }]
    routes: [{ match: "GET /{id}" }]
    forward: { headers: ${headers} }
`;
    const before = bench.guard(
      snapshotOf(
        `apis:\n${api('a', '{ x-user: sub }')}${api('b', '{ x-client: client_id }')}${api('c', '{}')}`,
      ),
    );
    const after = bench.guard(snapshotOf(`apis:\n${api('a', '{ x-who: sub }')}`));
    const token = await bench.token({ sub: 'ann', client_id: 'shop' });
    for (const [asked, path, headers] of [
      [before, '/a/1', ['x-user', 'ann']],
      [before, '/b/1', ['x-client', 'shop']],
      [before, '/a/1', ['x-user', 'ann']],
      [before, '/a/1', ['x-user', 'ann']],
      [before, '/c/1', []],
      [after, '/a/1', ['x-who', 'ann']],
      [before, '/a/1', ['x-user', 'ann']],
    ] as const) {
      const forward = await asked.decide(request(`GET ${path}`, token));
      assert.ok(forward.kind === 'forward');
      assert.deepEqual(forward.headers, headers);
      assert.throws(() => (forward.headers as string[]).push('x-evil', '1'), TypeError);
    }
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

  it('carries Authorization where the API asks for it, but not on a public route', async () => {
    const routes = '{ match: "GET /{id}" }, { match: "GET /p", public: true }';
    const asking = bench.guard(snapshotOf(ordersApi(routes, '    forward: { authorization: true }')));
    for (const [line, stripped] of [
      ['GET /orders/1', false],
      ['GET /orders/p', true],
    ] as const) {
      const forward = await asking.decide(request(line, reader));
      assert.ok(forward.kind === 'forward');
      assert.equal(forward.strips('authorization'), stripped);
    }
  });

  it('carries Authorization where no route of the API asks for a token, if asked to', async () => {
    for (const authorization of [true, false]) {
      const api = ordersApi(
        '{ match: "* /{rest*}", public: true }',
        `    forward: { authorization: ${authorization} }`,
      );
      const forward = await bench.guard(snapshotOf(api)).decide(request('GET /orders/1', reader));
      assert.ok(forward.kind === 'forward');
      assert.equal(forward.strips('authorization'), !authorization);
    }
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
