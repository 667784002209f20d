import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { statuses } from '../support/raw.ts';
import { head, openRaw } from '../support/raw-connection.ts';
import { startTraffic } from '../support/traffic.ts';
import { startUpstream } from '../support/upstream.ts';

const SLOW_RATE = 'rate: 1/h, burst: 2';

describe('what an API may ask for', async () => {
  const upstream = await startUpstream({ after });
  const upstreams = [upstream.url];
  const system = await startTraffic(
    [
      { name: 'plain', upstreams },
      { name: 'client', upstreams, more: [`limits: [{ per: client, ${SLOW_RATE} }]`] },
      { name: 'subject', upstreams, more: [`limits: [{ per: subject, ${SLOW_RATE} }]`] },
      { name: 'address', upstreams, more: [`limits: [{ per: address, ${SLOW_RATE} }]`] },
      {
        name: 'shadow',
        upstreams,
        routes: [
          '{ match: "GET /soft", require: { scopes: [admin] }, shadow: true }',
          '{ match: "GET /hard", require: { scopes: [admin] } }',
        ],
      },
      { name: 'optional', upstreams, routes: ['{ match: "GET /x", optional: true }'] },
      {
        name: 'cors',
        upstreams,
        more: ['cors: { origins: ["https://app.example"], credentials: true, expose: [x-total] }'],
      },
    ],
    'workers: 1, trustedProxies: [127.0.0.1]',
  );
  const get = async (path: string, token?: string, headers: Record<string, string> = {}) => {
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return fetch(system.url + path, { headers: { ...authorization, ...headers } });
  };

  for (const [api, claim] of [
    ['client', 'client_id'],
    ['subject', 'sub'],
  ] as const) {
    test(`a rate limit per ${api} holds for each apart`, async () => {
      const [one, other] = [await system.issue({ [claim]: 'one' }), await system.issue({ [claim]: 'other' })];
      const again = await system.issue({ [claim]: 'one' });
      for (const token of [one, again]) assert.equal((await get(`/${api}/x`, token)).status, 200);
      const before = upstream.received.length;
      const refused = await get(`/${api}/x`, one);
      assert.equal(refused.status, 429);
      assert.ok(Number(refused.headers.get('retry-after')) > 0);
      assert.equal(upstream.received.length, before);
      const record = await system.record(refused.headers.get('x-request-id') ?? '');
      assert.equal(record.reason, 'rate_limited');
      assert.equal((await get(`/${api}/x`, other)).status, 200);
    });
  }

  test('a rate limit per address counts before any token is looked at', async () => {
    const from = (address: string): Record<string, string> => ({ 'x-forwarded-for': address });
    assert.equal((await get('/address/x', 'nonsense', from('203.0.113.1'))).status, 401);
    assert.equal((await get('/address/x', system.token, from('203.0.113.1'))).status, 200);
    const refused = await get('/address/x', system.token, from('203.0.113.1'));
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    assert.equal((await get('/address/x', system.token, from('203.0.113.2'))).status, 200);
  });

  test('a rule in shadow mode lets pass, and tells in the log and the metrics', async () => {
    const response = await get('/shadow/soft', system.token);
    assert.equal(response.status, 200);
    const record = await system.record(response.headers.get('x-request-id') ?? '');
    assert.equal(record.reason, undefined);
    assert.match(JSON.stringify(record.shadow), /scope_missing/);
    const metrics = await (await fetch(`${system.adminUrl}/metrics`)).text();
    assert.match(metrics, /portcullis_shadow_denials_total\{api="shadow",reason="scope_missing"\} 1/);
  });

  test('shadow mode is for rules: tokens are checked, and the other routes enforce', async () => {
    assert.equal((await get('/shadow/soft')).status, 401);
    assert.equal((await get('/shadow/soft', 'nonsense')).status, 401);
    assert.equal((await get('/shadow/hard', system.token)).status, 403);
  });

  test('an optional route: no token passes, a bad one does not', async () => {
    assert.equal((await get('/optional/x')).status, 200);
    assert.equal((await get('/optional/x', system.token)).status, 200);
    const before = upstream.received.length;
    assert.equal((await get('/optional/x', `${system.token}x`)).status, 401);
    assert.equal(upstream.received.length, before);
  });

  test('a CORS preflight is answered at the edge', async () => {
    const before = upstream.received.length;
    const response = await fetch(`${system.url}/cors/x`, {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
    });
    assert.equal(response.status, 204);
    assert.equal(response.headers.get('access-control-allow-origin'), 'https://app.example');
    assert.equal(response.headers.get('access-control-allow-credentials'), 'true');
    assert.match(response.headers.get('vary') ?? '', /origin/i);
    assert.equal(upstream.received.length, before);
  });

  test('a preflight from elsewhere is refused without allowing anything', async () => {
    const response = await fetch(`${system.url}/cors/x`, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    assert.equal(response.status, 403);
    assert.equal(response.headers.get('access-control-allow-origin'), null);
  });

  test('an actual request gets its CORS fields, on a refusal too', async () => {
    const headers = { origin: 'https://app.example' };
    for (const [token, status] of [
      [system.token, 200],
      ['nonsense', 401],
    ] as const) {
      const response = await get('/cors/x', token, headers);
      assert.equal(response.status, status);
      assert.equal(response.headers.get('access-control-allow-origin'), 'https://app.example');
    }
    const granted = await get('/cors/x', system.token, headers);
    assert.match(granted.headers.get('access-control-expose-headers') ?? '', /x-total/i);
    const elsewhere = await get('/cors/x', system.token, { origin: 'https://evil.example' });
    assert.equal(elsewhere.headers.get('access-control-allow-origin'), null);
  });

  for (const [name, request] of [
    ['CONNECT', 'CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n'],
    ['TRACE', head('TRACE /plain/x', system.authorization)],
    ['Upgrade', head('GET /plain/x', system.authorization, 'Connection: Upgrade', 'Upgrade: websocket')],
  ] as const) {
    test(`${name} is refused with 501`, async () => {
      const before = upstream.received.length;
      const client = await openRaw(system.url);
      client.send(request);
      const answer = await client.until(/\}$/);
      client.close();
      assert.deepEqual(statuses(answer), [501]);
      assert.match(answer, /^x-request-id: /im);
      assert.equal(upstream.received.length, before);
    });
  }
});
