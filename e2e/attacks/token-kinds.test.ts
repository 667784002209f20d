import { describe, it, test } from 'node:test';
import { eachRefused, openAttacked, TOGETHER } from '../support/attacked.ts';
import { claims, forge } from '../support/forge.ts';

/** One issuer as RFC 9068 has it, and one that types its tokens loosely, as many do. */
const strict = await openAttacked();
const loose = await openAttacked({ policy: ', types: [at+jwt, JWT, none]' });

const OTHER_TYPES: unknown[] = [
  ['JWT', 'jwt', 'id+jwt', 'dpop+jwt', 'logout+jwt', 'secevent+jwt', 'application/dpop+jwt', 'refresh+jwt'],
  ['JOSE', 'JOSE+JSON', 'kb+jwt', 'vc+sd-jwt', 'token-introspection+jwt', 'client-authentication+jwt'],
  [
    'at+jwt ',
    ' at+jwt',
    'at jwt',
    'at+jwt;v=1',
    'application/application/at+jwt',
    'text/at+jwt',
    'at+jwtx',
    '',
  ],
  ['\u212At+jwt', 'a\u0074+jwt\u0000', undefined],
].flat();

const OTHER_KINDS: [name: string, claims: Record<string, unknown>][] = [
  ['an id token, by its at_hash', { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }],
  ['an id token, by its c_hash', { c_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }],
  ['an id token, by its s_hash', { s_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }],
  ['a logout token', { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }],
  ['a DPoP proof', { htm: 'GET', htu: 'https://api.test/orders/42' }],
  ['an introspection response', { token_introspection: { active: true } }],
  ['a verifiable credential', { vct: 'https://credentials.test/id' }],
  ['an SD-JWT', { _sd_alg: 'sha-256' }],
  ['an id token of Keycloak', { typ: 'ID' }],
  ['a refresh token of Keycloak', { typ: 'Refresh' }],
  ['an offline token of Keycloak', { typ: 'Offline' }],
  ['an id token of Cognito', { token_use: 'id' }],
];

describe(
  'a typ that is not that of an access token is refused, though the issuer signed it',
  TOGETHER,
  () => {
    eachRefused(
      strict,
      401,
      'typ_not_allowed',
      OTHER_TYPES.map((typ) => [`${JSON.stringify(typ)}`, { token: strict.token({}, { typ }) }]),
    );
    eachRefused(
      strict,
      401,
      'header_malformed',
      [0, null, true, ['at+jwt'], {}].map((typ) => [
        JSON.stringify(typ),
        { token: strict.token({}, { typ }) },
      ]),
    );

    for (const typ of ['at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/At+Jwt']) {
      it(`while ${typ} passes`, async () => {
        await strict.admits({ token: strict.token({}, { typ }) });
      });
    }
  },
);

describe('a token of another kind is refused', TOGETHER, () => {
  for (const [edge, typ] of [
    [strict, 'at+jwt'],
    [loose, 'JWT'],
    [loose, undefined],
  ] as const) {
    describe(`under typ ${typ}`, TOGETHER, () => {
      const attacks = OTHER_KINDS.map(
        ([name, other]) => [name, { token: edge.token(other, { typ }) }] as const,
      );
      eachRefused(edge, 401, 'token_kind_refused', attacks);
    });
  }
  eachRefused(loose, 401, 'token_kind_refused', [
    ['an id token, by its nonce', { token: loose.token({ nonce: 'n-0S6_WzA2Mj' }, { typ: 'JWT' }) }],
    ['an id token, by its nonce, without typ', { token: loose.token({ nonce: '' }, { typ: undefined }) }],
  ]);
  eachRefused(loose, 401, 'typ_not_allowed', [
    ['a DPoP proof by typ, where typ is loose', { token: loose.token({}, { typ: 'dpop+jwt' }) }],
    ['a logout token by typ, where typ is loose', { token: loose.token({}, { typ: 'logout+jwt' }) }],
    ['an id token by typ, where typ is loose', { token: loose.token({}, { typ: 'id+jwt' }) }],
  ]);

  it('while a token of a loose issuer passes', async () => {
    await loose.admits({ token: loose.token({}, { typ: 'JWT' }) });
    await loose.admits({ token: loose.token({ typ: 'Bearer', nonce: 'x' }, { typ: undefined }) });
  });
});

describe('a token bound to a key (cnf) is refused: nothing here would check the proof', TOGETHER, () => {
  const bindings = [
    { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' },
    { 'x5t#S256': 'A'.repeat(43) },
    { jwk: {} },
    {},
    null,
    'none',
    [],
  ];
  eachRefused(
    strict,
    401,
    'binding_unsupported',
    bindings.map((cnf) => [JSON.stringify(cnf), { token: strict.token({ cnf }) }]),
  );
});

describe('a token of an issuer that nobody named is refused', TOGETHER, () => {
  const issuers: unknown[] = [
    [
      'https://issuer.test/',
      'https://issuer.test ',
      'HTTPS://ISSUER.TEST',
      'http://issuer.test',
      'issuer.test',
    ],
    [
      'https://issuer.test.evil.test',
      'https://issuer.test:443',
      'https://issuer.test\u0000',
      '',
      '__proto__',
    ],
    ['constructor', null, undefined, 0, true, ['https://issuer.test'], [['https://issuer.test']], {}],
    [{ toString: 'https://issuer.test' }, ['https://issuer.test', 'https://evil.test']],
  ].flat(1);
  eachRefused(
    strict,
    401,
    'issuer_unknown',
    issuers.map((iss) => [`${JSON.stringify(iss)}`, { token: strict.token({ iss }) }]),
  );
  eachRefused(strict, 401, 'issuer_not_allowed', [
    [
      'at an API that does not take its tokens',
      {
        target: '/billing/1',
        token: forge(
          { alg: 'RS256', kid: strict.rsa.privateJwk.kid, typ: 'at+jwt' },
          claims({ iss: 'https://rsa.test', aud: 'https://api.test/billing' }),
          strict.sign,
        ),
      },
    ],
  ]);
});

test('nothing of this reaches the upstream or a log', async () => {
  await strict.assertQuiet();
  await loose.assertQuiet();
});
