import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConfigError } from '../config/config-error.ts';
import { parseConfig } from '../config/parse-config.ts';
import { ordersApi, snapshotOf } from '../testing/bench.ts';
import { compile } from './compile.ts';

function problemsOf(text: string): string[] {
  try {
    compile(parseConfig(text, { file: 'p.yaml', env: {} }), 1);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message.split('\n').map((line) => line.replace('p.yaml:', ''));
  }
  return [];
}

const ISSUERS = 'issuers: [{ name: local, issuer: "http://i", algorithms: [ES256], jwksFile: k }]\n';
const GET = '{ match: "GET /" }';
const PUBLIC =
  '\napis: [{ name: a, basePath: /a, upstreams: [{ url: "http://h" }], routes: [{ match: GET /, public: true }] }]';

describe('compile', () => {
  const cases: [name: string, text: string, ...problems: string[]][] = [
    [
      'an issuer that nothing has',
      ISSUERS + ordersApi(GET).replace('[local]', '[locl]'),
      '6:15 apis[0].issuers[0]: no issuer of the name "locl" (did you mean "local"?)',
    ],
    [
      'a missing audience and issuers where a route asks for a token',
      `${ISSUERS}apis: [{ name: a, basePath: /a, upstreams: [{ url: "http://h" }], routes: [{ match: "GET /p", public: true }, { match: GET / }] }]`,
      '2:8 apis[0]: audience is missing, but the route "GET /" asks for a token',
      '2:8 apis[0]: issuers is missing, but the route "GET /" asks for a token',
    ],
    [
      'a basePath that ends in a slash',
      ISSUERS + ordersApi(GET).replace('/orders\n', '/orders/\n'),
      '4:15 apis[0].basePath: must not end with a slash',
    ],
    [
      'a basePath that no request can have',
      ISSUERS + ordersApi(GET).replace('basePath: /orders', 'basePath: /a/../b'),
      '4:15 apis[0].basePath: not a canonical path: dot segment',
    ],
    [
      'one basePath twice, in two spellings',
      `apis: [${['/a:b', '/a%3Ab'].map((path, at) => `{ name: a${at}, basePath: "${path}", upstreams: [{ url: "http://h" }], routes: [{ match: GET /, public: true }] }`)}]`,
      '1:137 apis[1].basePath: this basePath stands at line 1 already',
    ],
    [
      'a wrong pattern',
      ISSUERS + ordersApi('{ match: "GET /a*" }'),
      '8:23 apis[0].routes[0].match: "a*": "*" is no wildcard here; write {rest*}',
    ],
    [
      'one route twice, under different parameter names',
      ISSUERS + ordersApi('{ match: "GET /{a}" }, { match: "POST /{a}" }, { match: "GET /{b}" }'),
      '8:70 apis[0].routes[2].match: a route for this method and these paths stands at line 8 already',
    ],
    [
      'a rule over a parameter that the pattern lacks',
      ISSUERS +
        ordersApi('{ match: "GET /{id}", require: { any: [{ claims: { sub: { equals: "{user}" } } }] } }'),
      '8:80 apis[0].routes[0].require.any[0].claims.sub.equals: the pattern has no parameter {user}',
    ],
    [
      'cookies of the issuer for an upstream that is none',
      ISSUERS + ordersApi(GET, '    forward: { issuerCookies: true }'),
      '9:31 apis[0].forward.issuerCookies: only where every route is public: it is for the issuer itself',
    ],
    [
      'headers that belong to the gateway, or are the same to an upstream',
      ISSUERS + ordersApi(GET, '    forward: { headers: { Host: sub, x-user-id: sub, X_User_Id: sub } }'),
      '9:33 apis[0].forward.headers.Host: this header belongs to the gateway and cannot be set from a claim',
      '9:65 apis[0].forward.headers.X_User_Id: this header, or one that upstreams read as it, stands at line 9 already',
    ],
    [
      'a limit per client where nobody is known',
      `apis: [{ name: a, basePath: /a, upstreams: [{ url: "http://h" }], routes: [{ match: GET /, public: true }], limits: [{ per: client, rate: 1/s }] }]`,
      '1:125 apis[0].limits[0].per: there is no client to count: every route of this API is public',
    ],
    [
      'issuers of one name, or one identifier',
      'issuers: [{ name: a, issuer: x, algorithms: [ES256], jwksFile: k },\n { name: a, issuer: x, algorithms: [ES256], jwksFile: k }]' +
        PUBLIC,
      '2:10 issuers[1].name: this name stands at line 1 already',
      '2:21 issuers[1].issuer: this issuer stands at line 1 already',
    ],
    [
      'a public key that could verify an HMAC, and secrets for another algorithm',
      'issuers: [{ name: a, issuer: x, algorithms: [ES256, HS256], jwksFile: k },\n { name: b, issuer: y, algorithms: [HS256, RS256], secrets: [s] }]' +
        PUBLIC,
      '1:45 issuers[0].algorithms: HS256 needs secrets: a public key must never verify an HMAC',
      '2:36 issuers[1].algorithms: secrets are for HS256, HS384 and HS512 only',
    ],
    [
      'an own issuer that signs with what is not accepted',
      'issuer: { url: "http://localhost:1", keys: { algorithm: EdDSA } }\nissuers: [{ name: a, issuer: "http://localhost:1", algorithms: [ES256] }]' +
        PUBLIC,
      '2:64 issuers[0].algorithms: our own issuer signs with EdDSA (issuer.keys.algorithm), which is not among these',
    ],
    [
      'two listeners at one address',
      `listen: { gateway: "127.0.0.1:1", admin: "127.0.0.1:1" }${PUBLIC}`,
      '1:42 listen.admin: this address stands at line 1 already',
    ],
  ];
  for (const [name, text, ...problems] of cases) {
    it(`refuses ${name}`, () => assert.deepEqual(problemsOf(text), problems));
  }

  it('refuses two APIs of one name and basePath', () => {
    const api = ordersApi(GET);
    const twice = api + api.replace('apis:\n', '');
    assert.deepEqual(problemsOf(ISSUERS + twice), [
      '9:11 apis[1].name: this name stands at line 3 already',
      '10:15 apis[1].basePath: this basePath stands at line 4 already',
    ]);
  });

  it('refuses a configuration that lets nothing through, on its first line', () => {
    const nothing = 'nothing would be let through: add an API, or write a starter with "portcullis init"';
    for (const text of ['', '# a comment\n\n# another\n', '---\n', 'apis: []', '{}']) {
      assert.match(problemsOf(text).join('\n'), /^1:\d+ apis: nothing would/, text);
    }
    assert.deepEqual(problemsOf(`${ISSUERS}log: {}\napis: []`), [`3:7 apis: ${nothing}`]);
    assert.deepEqual(problemsOf(ISSUERS), [`1:1 apis: ${nothing}`]);
  });

  it('lets an API of public routes do without audience and issuers', () => {
    assert.deepEqual(problemsOf(PUBLIC), []);
  });

  it('lets port 0 be used more than once', () => {
    assert.deepEqual(
      problemsOf(`listen: { gateway: "127.0.0.1:0", issuer: "127.0.0.1:0", admin: "127.0.0.1:0" }${PUBLIC}`),
      [],
    );
  });

  it('gives an API what the gateway says where it says nothing itself', () => {
    const [api] = snapshotOf(ordersApi(GET, '    maxBody: 5\n    timeouts: { idle: 1s }')).apis;
    assert.equal(api?.maxBody, 5);
    assert.deepEqual(api?.timeouts, { firstByte: 30, idle: 1 });
    const [other] = snapshotOf(ordersApi(GET)).apis;
    assert.equal(other?.maxBody, 10 * 1024 * 1024);
  });

  it('keeps the place of each route for those who must explain it', () => {
    const [api] = snapshotOf(
      ordersApi('{ match: "GET /{id}" },\n      { match: "* /x", optional: true }'),
    ).apis;
    assert.deepEqual(
      api?.routes.map(({ name, method, pattern, line, access }) => [name, method, pattern, line, access]),
      [
        ['GET /{id}', 'GET', '/{id}', 8, 'required'],
        ['* /x', '*', '/x', 9, 'optional'],
      ],
    );
  });
});
