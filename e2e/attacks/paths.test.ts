import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { eachRefused, openAttacked, TOGETHER } from '../support/attacked.ts';

const edge = await openAttacked();
const token = edge.token();

/** Each of these means one path to one server and another to the next. */
const AMBIGUOUS = [
  [
    '/orders/health/../42',
    '/orders/health/..',
    '/orders/./42',
    '/orders/.',
    '/orders/../billing/1',
    '/../orders/42',
  ],
  ['/orders/health/%2e%2e/42', '/orders/health/.%2E/42', '/orders/%2e/42', '/orders/health/%2e%2e%2f42'],
  ['/orders/health%2f..%2f42', '/orders%2fhealth', '/orders%2Fhealth', '/orders/health%2F', '/%2forders/42'],
  ['/orders/files/a%2f..%2f..%2fadmin', '/orders/files/%2e%2e%2f', '/orders/files/..%2f'],
  ['/orders//42', '//orders/42', '/orders/health//', '///', '//evil.test/orders/42', '/orders//health'],
  [
    '/orders/health;/../42',
    '/orders/health;a=b',
    '/orders;x/42',
    '/orders/..;/42',
    '/orders/42;jsessionid=1',
  ],
  ['/orders\\42', '/orders/health\\..\\42', '/orders\\', '/orders/health%5c..%5c42', '/orders%5C42'],
  [
    '/orders/health%00',
    '/orders/42%00.json',
    '/orders/%0042',
    '/orders/42%0a',
    '/orders/42%0d%0aX-User-Id:%20mallory',
  ],
  ['/orders/42%09', '/orders/42%7f', '/orders/42%1b[31m', '/orders/42%c2%85'],
  [
    '/orders/%252e%252e/42',
    '/orders%252f42',
    '/orders/health%252f..%252f42',
    '/orders/%25%32%66',
    '/orders/%2525252f',
  ],
  [
    '/orders/%c0%ae%c0%ae/42',
    '/orders%c0%af42',
    '/orders/%e0%80%af42',
    '/orders/%f0%80%80%af42',
    '/orders/%c1%9c42',
  ],
  [
    '/orders/%ff',
    '/orders/%ed%a0%80',
    '/orders/%c3',
    '/orders/%c3%28',
    '/orders/%f4%90%80%80',
    '/orders/%80',
  ],
  ['/orders/health%3B', '/orders/42%3bx'],
  ['/orders/%', '/orders/%4', '/orders/%zz', '/orders/%u002e', '/orders/%u2215', '/orders/42%'],
  [
    '/orders/42|',
    '/orders/<42>',
    '/orders/4"2',
    '/orders/{42}',
    '/orders/[42]',
    '/orders/42^',
    '/orders/`42`',
  ],
].flat();

describe('a path that can be read in two ways is refused, even with a good token', TOGETHER, () => {
  eachRefused(
    edge,
    400,
    'path_ambiguous',
    AMBIGUOUS.map((target) => [target, { token, target }]),
  );
});

describe('a target that is no path of this gateway is refused', TOGETHER, () => {
  const target = (text: string) => [text, { token, target: text }] as const;
  eachRefused(edge, 400, 'request_target_invalid', [
    target('http://evil.test/orders/42'),
    target('http://api.test@evil.test/orders/42'),
    target('http://evil.test@api.test/orders/42'),
    target('http://api.test:80/orders/42'),
    target('http://api.test.evil.test/orders/42'),
    target('http://api.test%2eevil.test/orders/42'),
    target('https://evil.test/orders/42'),
    ['* with OPTIONS', { token, method: 'OPTIONS', target: '*' }],
    ['a fragment in the query', { token, target: '/orders/42?a=1#b' }],
  ]);
  eachRefused(edge, 400, 'head_malformed', [
    ['a NUL', { token, target: '/orders/42\0' }],
    ['a tab', { token, target: '/orders/\t42' }],
    ['a blank', { token, target: '/orders/4 2' }],
    ['a line feed', { token, target: '/orders/42\nX: y' }],
    ['no slash', { token, target: 'orders/42' }],
    ['a backslash for the slash', { token, target: '\\orders\\42' }],
    ['nothing', { token, target: '' }],
    ['a name alone', { token, target: 'api.test:80' }],
  ]);
});

describe('a protected resource is not reached by way of a public one', TOGETHER, () => {
  eachRefused(edge, 401, 'credential_missing', [
    ['/orders/health/', { target: '/orders/health/' }],
    ['/orders/health/42', { target: '/orders/health/42' }],
    ['/orders/HEALTH', { target: '/orders/HEALTH' }],
    ['/orders/health.', { target: '/orders/health.' }],
    ['/orders/health%20', { target: '/orders/health%20' }],
    ['/orders/health%3F', { target: '/orders/health%3F' }],
    ['/orders/health%23', { target: '/orders/health%23' }],
    ['/orders/42?/../health', { target: '/orders/42?/../health' }],
    ['/orders/4%32', { target: '/orders/4%32' }],
    ['X-Original-URL', { fields: ['X-Original-URL: /orders/health', 'X-Rewrite-URL: /orders/health'] }],
  ]);
  eachRefused(edge, 404, 'api_not_found', [
    ['/ORDERS/health', { target: '/ORDERS/health' }],
    ['/ordersx/health', { target: '/ordersx/health' }],
    ['/', { target: '/' }],
    ['/health', { target: '/health' }],
  ]);
});

describe('the upstream gets the very path that was matched', TOGETHER, () => {
  const spellings: [target: string, forwarded: string][] = [
    ['/orders/%34%32', '/orders/42'],
    ['/%6frders/42', '/orders/42'],
    ['/orders/a%2cb', '/orders/a%2Cb'],
    ['/orders/caf%c3%a9', '/orders/caf%C3%A9'],
    ['/orders/%7euser', '/orders/~user'],
    ['/orders/42?q=/../x&r=%2f', '/orders/42?q=/../x&r=%2f'],
    ['http://api.test/orders/42', '/orders/42'],
    ['HTTP://API.test/orders/42?x', '/orders/42?x'],
    ['/orders/files/a/...', '/orders/files/a/...'],
  ];
  for (const [target, forwarded] of spellings) {
    it(`${target} as ${forwarded}`, async () => {
      const { url } = await edge.admits({ token, target });
      assert.equal(url, forwarded);
    });
  }
});

describe('a host that is not single is refused', TOGETHER, () => {
  eachRefused(edge, 400, 'framing_ambiguous', [
    ['two', { token, fields: ['Host: api.test', 'Host: evil.test'] }],
    ['two alike', { token, fields: ['Host: api.test', 'host: api.test'] }],
  ]);
});

describe('a token in a target that is refused', TOGETHER, () => {
  const short = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJlLXNlY3JldA';
  eachRefused(edge, 400, 'request_target_invalid', [
    ['is not logged from its query', { target: `/orders/42?access_token=${short}#x` }],
    [
      'is not logged from the query of an absolute URL',
      { target: `http://evil.test/orders/42?token=${short}` },
    ],
    ['is not logged from user information', { target: `http://${short}@api.test/orders/42` }],
  ]);
  eachRefused(edge, 400, 'path_ambiguous', [
    ['is not logged from the fragment', { target: `/orders/42#access_token=${short}` }],
    ['is not logged beside an ambiguous path', { target: `/orders//42?access_token=${short}` }],
  ]);
});

test('nothing of this reaches the upstream or a log', () => edge.assertQuiet());
