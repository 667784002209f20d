import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { eachRefused, openAttacked, TOGETHER } from '../support/attacked.ts';

const edge = await openAttacked();
const token = edge.token();
const empty = ['Content-Length: 0'];

const OVERRIDES = [
  [
    'X-HTTP-Method-Override: GET',
    'X-HTTP-Method: GET',
    'X-Method-Override: GET',
    'X_HTTP_METHOD_OVERRIDE: GET',
  ],
].flat();

describe('a method that is never carried is refused', TOGETHER, () => {
  eachRefused(edge, 501, 'method_unsupported', [
    ['TRACE', { token, method: 'TRACE' }],
    ['CONNECT', { token, method: 'CONNECT', target: 'evil.test:443' }],
    ['CONNECT with a path', { token, method: 'CONNECT', target: 'api.test:80' }],
  ]);
  eachRefused(edge, 501, 'upgrade_unsupported', [
    ['Upgrade to a WebSocket', { token, fields: ['Connection: Upgrade', 'Upgrade: websocket'] }],
    [
      'Upgrade to h2c (request smuggling)',
      { token, fields: ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk'] },
    ],
  ]);
});

describe('a method in another spelling is not that method', TOGETHER, () => {
  const spelled = ['get', 'Get', 'gEt', 'GET\0', 'GETX', 'FOO', 'G\u00cbT', 'GET,POST', '"GET"', 'PRI'];
  eachRefused(
    edge,
    400,
    'head_malformed',
    spelled.map((method) => [JSON.stringify(method), { token, method }]),
  );
});

describe('a method that the route does not have is refused', TOGETHER, () => {
  eachRefused(
    edge,
    405,
    'method_not_allowed',
    ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'PURGE', 'LINK', 'M-SEARCH', 'QUERY'].map(
      (method) => [method, { token, method, fields: empty }],
    ),
  );

  it('and a stranger does not learn which there are', async () => {
    for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS']) {
      const { answer } = await edge.refuses({ method, fields: empty }, 401, 'credential_missing');
      assert.equal(answer.header('allow'), undefined);
    }
  });
});

describe('a method by another name', TOGETHER, () => {
  for (const line of OVERRIDES) {
    it(`does not lower what the route asks for: ${line}`, async () => {
      const write = { token, method: 'POST', target: '/orders/', fields: [...empty, line] };
      await edge.refuses(write, 403, 'scope_missing');
    });

    it(`does not find another route: ${line.replace('GET', 'POST')}`, async () => {
      const { method } = await edge.admits({ token, fields: [line.replace('GET', 'POST')] });
      assert.equal(method, 'GET');
    });
  }

  it('in the query does not find another route', async () => {
    const { method } = await edge.admits({ token, target: '/orders/42?_method=DELETE' });
    assert.equal(method, 'GET');
  });
});

describe('HEAD', TOGETHER, () => {
  it('asks for what GET asks for', async () => {
    const head = { method: 'HEAD' };
    await edge.refuses(head, 401, 'credential_missing');
    await edge.refuses({ ...head, token: edge.token({ scope: 'x' }) }, 403, 'scope_missing');
    await edge.refuses({ ...head, token: edge.token({ exp: 1 }) }, 401, 'token_expired');
    const { method } = await edge.admits({ ...head, token });
    assert.equal(method, 'HEAD');
  });

  it('is refused without a body', async () => {
    const { answer } = await edge.refuses({ method: 'HEAD' }, 401, 'credential_missing');
    assert.equal(answer.body, '');
  });
});

test('nothing of this reaches the upstream or a log', () => edge.assertQuiet());
