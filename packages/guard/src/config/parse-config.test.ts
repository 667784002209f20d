import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ConfigError } from './config-error.ts';
import { parseConfig } from './parse-config.ts';

const API = `apis:
  - name: orders
    basePath: /orders
    audience: https://api.example.com/orders
    issuers: [local]
    upstreams: [{ url: "http://127.0.0.1:9001" }]
    routes:
      - match: GET /{id}
`;

function parse(text: string, env: Record<string, string | undefined> = {}) {
  return parseConfig(text, { file: 'p.yaml', env });
}

/** Each problem as `line:column path: message (hint)`. */
function problemsOf(text: string, env: Record<string, string | undefined> = {}): string[] {
  try {
    parse(text, env);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message.split('\n').map((line) => line.replace('p.yaml:', ''));
  }
  return [];
}

describe('parseConfig', () => {
  it('fills in the defaults of an empty file', () => {
    const { config } = parse('');
    assert.deepEqual(config.listen.gateway, { host: '127.0.0.1', port: 8080 });
    assert.equal(config.gateway.workers, 'auto');
    assert.equal(config.gateway.maxBody, 10 * 1024 * 1024);
    assert.equal(config.gateway.timeouts.keepAlive, 65);
    assert.equal(config.log.access, 'stdout');
    assert.deepEqual(config.apis, []);
  });

  it('turns durations, sizes and rates into numbers', () => {
    const { config } = parse(`${API}    limits: [{ per: client, rate: 30/m, burst: 5 }]
    maxBody: 2KB
    timeouts: { idle: 500ms }
`);
    assert.deepEqual(config.apis[0]?.limits, [{ per: 'client', rate: 0.5, burst: 5 }]);
    assert.equal(config.apis[0]?.maxBody, 2048);
    assert.equal(config.apis[0]?.timeouts.idle, 0.5);
  });

  it('takes off as a text, not as false (YAML 1.2)', () => {
    assert.equal(parse('log: { access: off }').config.log.access, 'off');
  });

  it('knows where everything stands, and gives the nearest ancestor of what is not there', () => {
    const { locate } = parse(API);
    assert.deepEqual(locate(['apis', 0, 'audience']), { line: 4, column: 15 });
    assert.deepEqual(locate(['apis', 0, 'routes', 0, 'match']), { line: 8, column: 16 });
    assert.deepEqual(locate(['apis', 0, 'nowhere', 1]), { line: 2, column: 5 });
  });

  describe('tells every mistake with its line', () => {
    const cases: [name: string, text: string, ...problems: string[]][] = [
      ['an unknown key', 'gatway: {}', '1:1 gatway: unknown key "gatway" (did you mean "gateway"?)'],
      [
        'an unknown key deep inside',
        API.replace('match:', 'mach:'),
        '8:9 apis[0].routes[0].match: is missing',
        '8:9 apis[0].routes[0].mach: unknown key "mach" (did you mean "match"?)',
      ],
      [
        'a key that no version knows',
        'cache: { size: 1MB }',
        '1:1 cache: unknown key "cache" (known here: listen, gateway, log, store, bus, environment, masterKey, audit, issuer, issuers, apis)',
      ],
      [
        'a misspelt key in a requirement',
        API.replace('GET /{id}', 'GET /{id}\n        require: { any: [{ scpes: [a] }] }'),
        '9:28 apis[0].routes[0].require.any[0].scpes: unknown key "scpes" (did you mean "scopes"?)',
      ],
      [
        'several at once',
        'listen: { gateway: here }\ngateway: { workers: 0, drain: soon }\nlog: { level: loud }',
        '1:20 listen.gateway: expected an address with a port, such as 127.0.0.1:8080 or [::1]:8080',
        '2:21 gateway.workers: at least 1',
        '2:31 gateway.drain: expected a duration such as 10m, 500ms or 90d',
        '3:15 log.level: expected one of debug, info, warn, error',
      ],
      ['a wrong type', 'apis: none', '1:7 apis: expected a list: [{ name: …, … }]'],
      ['a list in place of keys', 'log: []', '1:6 log: expected keys and values: { access: …, … }'],
      ['a key without a value', 'log:\nissuers:', '1:5 log: has no value', '2:9 issuers: has no value'],
      [
        'an empty list, and one value where a list belongs',
        'issuers: [{ name: a, issuer: b, algorithms: ES256, jwksFile: k, types: [] }]',
        '1:45 issuers[0].algorithms: expected a list: […]',
        '1:72 issuers[0].types: the list is empty',
      ],
      [
        'numbers out of range',
        'gateway: { connections: 0, workers: 1.5 }',
        '1:25 gateway.connections: at least 1',
        '1:37 gateway.workers: expected auto or a number from 1 to 1024',
      ],
      [
        'texts that YAML takes for something else',
        API.replace('GET /{id}', '{id}').replace('name: orders', 'name: 12'),
        '2:11 apis[0].name: expected a text: this needs quotes',
        '8:16 apis[0].routes[0].match: expected a text; one that starts with { or [ needs quotes',
      ],
      [
        'a name that is none, and a text for true',
        API.replace(
          'GET /{id}',
          'GET /\n        public: on\n        require: { claims: { a..b: { exists: true } } }',
        ),
        '9:17 apis[0].routes[0].public: expected true or false',
        '10:36 apis[0].routes[0].require.claims.a..b: expected a dotted path',
      ],
      [
        'a port that is none',
        'listen: { gateway: "127.0.0.1:99999", admin: "[::1]:123456" }',
        '1:20 listen.gateway: the port must be 0 to 65535',
        '1:46 listen.admin: the port must be 0 to 65535',
      ],
      [
        'a port that is none in an upstream',
        API.replace(':9001', ':90010'),
        '6:24 apis[0].upstreams[0].url: the port must be 0 to 65535',
      ],
      [
        'a size',
        'gateway: { maxBody: big }',
        '1:21 gateway.maxBody: expected a size such as 512, 32KB or 1MB',
      ],
      [
        'plain HTTP beyond loopback',
        'listen:\n  gateway: 0.0.0.0:80',
        '2:12 listen.gateway: plain HTTP beyond loopback must be asked for: give gateway.tls a certificate, or set listen.plainHttp to true',
      ],
      [
        'an issuer without algorithms',
        'issuers: [{ name: a, issuer: b, algorithms: [], jwksFile: k }]',
        '1:45 issuers[0].algorithms: name at least one algorithm',
      ],
      [
        'the algorithm none',
        'issuers: [{ name: a, issuer: b, algorithms: [none], jwksFile: k }]',
        '1:46 issuers[0].algorithms[0]: expected one of HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519, ML-DSA-44, ML-DSA-65, ML-DSA-87',
      ],
      [
        'two key sources',
        'issuers: [{ name: a, issuer: b, algorithms: [ES256], jwksFile: k, pem: p }]',
        '1:11 issuers[0]: needs at most one of jwksUri, jwksFile, pem, secrets, but has jwksFile and pem',
      ],
      [
        'no key source for an issuer that cannot be discovered',
        'issuers: [{ name: a, issuer: "http://id.example.com", algorithms: [ES256] }]',
        '1:11 issuers[0]: needs one of jwksUri, jwksFile, pem, secrets: without one, keys are discovered, for which issuer must be an https URL (http on loopback) without query and fragment',
      ],
      [
        'private addresses for keys that are not fetched',
        'issuers: [{ name: a, issuer: b, algorithms: [ES256], jwksFile: k, allowPrivateAddresses: true }]',
        '1:90 issuers[0].allowPrivateAddresses: only for keys that are fetched: by jwksUri, or discovered',
      ],
      [
        'a clock skew that is too wide',
        'issuers: [{ name: a, issuer: b, algorithms: [ES256], jwksFile: k, clockSkew: 61s }]',
        '1:78 issuers[0].clockSkew: at most 60s',
      ],
      [
        'an upstream with a path',
        API.replace(':9001', ':9001/base'),
        '6:24 apis[0].upstreams[0].url: expected an origin such as http://127.0.0.1:9001, without user, path, query or fragment',
      ],
      [
        'a public route that requires something',
        API.replace('GET /{id}', 'GET /\n        public: true\n        require: { scopes: [a] }'),
        '10:18 apis[0].routes[0].require: a public route cannot require anything',
      ],
      [
        'an empty requirement',
        API.replace('GET /{id}', 'GET /\n        require: {}'),
        '9:18 apis[0].routes[0].require: an empty requirement: leave `require` out to accept any valid token',
      ],
      [
        'every origin with credentials',
        `${API}    cors: { origins: ["*"], credentials: true }`,
        '9:42 apis[0].cors.credentials: not possible with origins: ["*"]',
      ],
      ['a key given twice', 'log: {}\nlog: {}', '2:1 the key "log" stands at line 1 already'],
      [
        'a merge key, which YAML 1.2 does not have',
        'log: { <<: { level: warn } }',
        '1:8 log.<<: unknown key "<<" (known here: access, sample, help, level)',
      ],
      ['a key that no object may have', 'log: { __proto__: {} }', '1:8 this key is not allowed'],
      [
        'a second document',
        'log: {}\n---\nlog: {}',
        '2:1 a second document begins here (---); only one is allowed',
      ],
      ['another YAML version', '%YAML 1.1\n---\nlog: { access: off }', '1:1 only YAML 1.2 is read'],
    ];
    for (const [name, text, ...problems] of cases) {
      it(name, () => assert.deepEqual(problemsOf(text).sort(), problems.sort()));
    }
  });

  it('refuses tags of other schemas', () => {
    assert.match(problemsOf('log: { access: !!binary aGk= }')[0] ?? '', /^1:\d+ unknown tag/);
    assert.match(problemsOf('log: !custom {}')[0] ?? '', /^1:\d+ unknown tag/);
  });

  it('says that a text that looks like an alias must stand in quotes', () => {
    assert.deepEqual(problemsOf('log: { access: *x }'), [
      '1:16 no anchor &x; a text that starts with * needs quotes: "*…"',
    ]);
    assert.deepEqual(problemsOf('a: *x\nb: &x 1'), [
      '1:4 no such anchor; a text that starts with * needs quotes: "*…"',
    ]);
    assert.equal(
      parse('log: { access: &x off }\ngateway: { trustedProxies: [&y 10.0.0.1, *y] }').config.log.access,
      'off',
    );
  });

  it('refuses durations that no timer can wait, as it would fire at once', () => {
    assert.equal(parse('gateway: { drain: 24d }').config.gateway.drain, 2_073_600);
    for (const text of [
      'gateway: { drain: 25d }',
      'gateway: { timeouts: { body: 25d } }',
      `${API}    timeouts: { idle: 600h }`,
    ]) {
      assert.match(problemsOf(text).join(), /: at most 24d$/);
    }
  });

  it('refuses to compare a claim with a whole number that is not read exactly', () => {
    const claims = (rule: string) =>
      API.replace('GET /{id}', `GET /{id}\n        require: { claims: { uid: { ${rule} } } }`);
    for (const rule of ['equals: 9007199254740993', 'oneOf: [1, 9007199254740992]', 'contains: -1e300']) {
      assert.match(problemsOf(claims(rule)).join(), /: a whole number this large is not read exactly/, rule);
    }
    assert.deepEqual(problemsOf(claims('oneOf: [9007199254740991, 0.5, -3, true]')), []);
  });

  it('refuses a scope that no token can carry', () => {
    const requiring = (rule: string) => API.replace('GET /{id}', `GET /{id}\n        require: { ${rule} }`);
    for (const rule of ['scopes: ["a b"]', 'scopes: { none: ["a b"] }', 'any: [{ scopes: ["a\\t"] }]']) {
      assert.match(
        problemsOf(requiring(rule)).join(),
        /: a scope has no white space: list each by itself$/,
        rule,
      );
    }
    assert.deepEqual(problemsOf(requiring('scopes: [a, b], roles: ["Domain Users"]')), []);
  });

  it('refuses more than 1 MB', () => {
    assert.deepEqual(problemsOf(`# ${'x'.repeat(1024 * 1024)}`), ['1:1 larger than 1 MB']);
  });

  it('refuses what is nested too deeply for those who read it', () => {
    const block = Array.from({ length: 1000 }, (_, level) => `${' '.repeat(level)}a:`).join('\n');
    const rule = `${'{ any: ['.repeat(60)}{ scopes: [a] }${'] }'.repeat(60)}`;
    for (const text of [
      `a: ${'['.repeat(50_000)}`,
      block,
      API.replace('GET /{id}', `GET /\n        require: ${rule}`),
    ]) {
      assert.deepEqual(problemsOf(text), ['1:1 nested too deeply']);
    }
  });

  it('refuses aliases that multiply (billion laughs)', () => {
    const levels = Array.from({ length: 12 }, (_, level) =>
      level === 0
        ? 'a0: &a0 [x, x]'
        : `a${level}: &a${level} [*a${level - 1}, *a${level - 1}, *a${level - 1}]`,
    );
    assert.deepEqual(problemsOf(levels.join('\n')), ['1:1 uses too many aliases']);
  });

  it('refuses an alias within its own value, which would never end', () => {
    assert.deepEqual(
      problemsOf(API.replace('GET /{id}', 'GET /\n        require: &r { any: [{ scopes: [a] }, *r] }')),
      ['9:46 an alias cannot stand within what it stands for'],
    );
  });

  describe('${NAME}', () => {
    const issuer = (secret: string) =>
      `issuers: [{ name: a, issuer: b, algorithms: [HS256], secrets: [${secret}] }]`;

    it('is replaced inside values', () => {
      const { config } = parse(issuer('"pre-${SECRET}-post"'), { SECRET: 's3' });
      assert.deepEqual(config.issuers[0]?.secrets, ['pre-s3-post']);
    });

    it('cannot change the structure: its value stays one text', () => {
      const value = 'x], algorithms: [none\n"}: - &a !!null #';
      assert.deepEqual(parse(issuer('"${SECRET}"'), { SECRET: value }).config.issuers[0]?.secrets, [value]);
      assert.deepEqual(parse(issuer('"${SECRET}"'), { SECRET: '12' }).config.issuers[0]?.secrets, ['12']);
    });

    it('is not replaced within what it was replaced by', () => {
      const env = { A: '${B}', B: 'b' };
      assert.deepEqual(parse(issuer('"${A}"'), env).config.issuers[0]?.secrets, ['${B}']);
    });

    it('is written $${ when it is meant literally', () => {
      assert.deepEqual(parse(issuer('"$${SECRET}"')).config.issuers[0]?.secrets, ['${SECRET}']);
    });

    it('is an error when the variable is not set, which is named', () => {
      assert.deepEqual(problemsOf('log:\n  access: ${LOG}'), [
        '2:11 the environment variable LOG is not set',
      ]);
      assert.deepEqual(problemsOf('log:\n  access: ${constructor}'), [
        '2:11 the environment variable constructor is not set',
      ]);
    });

    it('is an error when it is not complete', () => {
      assert.deepEqual(problemsOf('log: { access: "${A-B}" }', { A: 'x' }), [
        '1:16 not a complete ${NAME}; a literal ${ is written $${',
      ]);
    });

    it('is an error in a key', () => {
      assert.deepEqual(problemsOf('"${A}": 1', { A: 'log' }), [
        '1:1 a key cannot be taken from the environment',
      ]);
    });
  });

  it('never repeats a value, which may be a secret', () => {
    const secret = 'hunter2hunter2';
    const env = { S: secret };
    for (const text of [
      `issuers: [{ name: "\${S} \${S}", issuer: "", algorithms: ["\${S}"], secrets: "\${S}" }]`,
      'listen: { gateway: "${S}" }\ngateway: { workers: "${S}", maxBody: "${S}", drain: "${S}" }',
      API.replace('http://127.0.0.1:9001', 'http://u:${S}@h'),
      `issuers: [{ secrets: ["${secret}"\n}]`,
      `issuers:\n  - secrets: ["${secret}"]\n   bad: "${secret}"`,
      `issuers: [{ secrets: &a ${secret}, x: *b }]`,
      `issuers: [{ secrets: { any: *${secret} }, name: x, secret: *${secret} }]`,
      `apis: [{ match: ${secret} {, secrets: [GET /a{ ${secret}] }]`,
      ...['!', '!!', '*', '&', '|', '>', '"\\q', '"\\x', '@', '%'].flatMap((sign) => [
        `issuers: [{ secrets: [${sign}${secret}] }]`,
        `issuers:\n  - secrets:\n      - ${sign}${secret}\n`,
        `${sign}${secret}\n---\n${sign}${secret} ${secret}`,
      ]),
      `%TAG ! ${secret}\n---\na: 1`,
      `%${secret}\n---\na: 1`,
    ]) {
      const problems = problemsOf(text, env);
      assert.notDeepEqual(problems, []);
      assert.doesNotMatch(problems.join('\n'), /hunter2/);
    }
  });

  it('gives a configuration or a ConfigError with places, whatever the text', () => {
    const fragment = fc.constantFrom(
      'apis',
      ':',
      ' ',
      '\n',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '&a',
      '*a',
      '!!',
      '${',
      '"',
      '#',
      '%',
      '? ',
      '|',
      '1',
    );
    fc.assert(
      fc.property(
        fc.string({ unit: fc.oneof(fragment, fc.string({ maxLength: 3 })), maxLength: 20 }),
        (text) => {
          try {
            parse(text);
          } catch (error) {
            assert.ok(error instanceof ConfigError, String(error));
            assert.ok(error.problems.length > 0);
            assert.ok(error.problems.every(({ line, column }) => line >= 1 && column >= 1));
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
