import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createVerifier, jwksKeys, PolicyError } from '../index.ts';
import { segment } from '../testing/forge.ts';
import { EXPECTED, goodClaims, ISSUER, makeIssuer, NOW, refuses, tokenOf } from '../testing/issuer.ts';

const strict = await makeIssuer('ES256');
const open = await makeIssuer('ES256', { types: ['at+jwt', 'JWT', 'none'] });
const typed = await makeIssuer('ES256', { types: ['JWT'] });

const OTHER_TYPES = [
  'dpop+jwt',
  'DPoP+JWT',
  'application/dpop+jwt',
  'logout+jwt',
  'application/logout+jwt',
  'secevent+jwt',
  'token-introspection+jwt',
  'oauth-authz-req+jwt',
  'dc+sd-jwt',
  'kb+jwt',
  'JOSE',
];
for (const typ of OTHER_TYPES) {
  test(`refuses the typ ${typ} even where nearly all is open, and it cannot be allowed`, async () => {
    await refuses(open.verifier, tokenOf(open, {}, { typ }), 'typ_not_allowed');
    const keys = await jwksKeys({ keys: [open.publicJwk] }, { algorithms: ['ES256'] });
    assert.throws(
      () =>
        createVerifier({
          issuers: [{ issuer: ISSUER, algorithms: ['ES256'], keys, types: ['at+jwt', typ] }],
        }),
      (error) => error instanceof PolicyError && error.code === 'type_refused',
    );
  });
}

const TYP_TRICKS = [
  undefined,
  'JWT',
  'jwt',
  '',
  'none',
  ' at+jwt',
  'at+jwt ',
  'at+jwt\0',
  'at +jwt',
  'at+jwt;charset=utf-8',
  'application/',
  'application/application/at+jwt',
  'text/at+jwt',
  'x/at+jwt',
  'at+jwt,JWT',
  'at+JWＴ',
];
for (const typ of TYP_TRICKS) {
  test(`refuses the typ ${JSON.stringify(typ)} where only at+jwt is allowed`, async () => {
    await refuses(strict.verifier, tokenOf(strict, {}, { typ }), 'typ_not_allowed');
  });
}
for (const typ of ['at+jwt', 'AT+JWT', 'At+Jwt', 'application/at+jwt', 'APPLICATION/at+JWT']) {
  test(`takes the typ ${typ} for an access token`, async () => {
    await strict.verifier.verify(tokenOf(strict, {}, { typ }), EXPECTED);
  });
}
for (const typ of [1, null, ['at+jwt'], { a: 1 }, true]) {
  test(`refuses the typ ${JSON.stringify(typ)}, which is not text`, async () => {
    await refuses(strict.verifier, tokenOf(strict, {}, { typ }), 'header_malformed');
  });
}

test('a header without typ needs none on the list, and a typ that reads none is not that', async () => {
  await open.verifier.verify(tokenOf(open, {}, { typ: undefined }), EXPECTED);
  await refuses(typed.verifier, tokenOf(typed, {}, { typ: undefined }), 'typ_not_allowed');
  for (const typ of ['none', ' none', 'NONE', 'application/none']) {
    await refuses(open.verifier, tokenOf(open, {}, { typ }), 'typ_not_allowed');
  }
});

const LOGOUT_EVENTS = { 'http://schemas.openid.net/event/backchannel-logout': {} };
const OTHER_KINDS: readonly (readonly [string, Record<string, unknown>])[] = [
  ['an id token with at_hash', { at_hash: 'x' }],
  ['an id token with c_hash', { c_hash: 'x' }],
  ['an id token with nonce', { nonce: 'x' }],
  ['an id token of Keycloak', { typ: 'ID' }],
  ['a refresh token of Keycloak', { typ: 'Refresh' }],
  ['an offline token of Keycloak', { typ: 'Offline' }],
  ['an id token of Cognito', { token_use: 'id' }],
  ['a logout token', { events: LOGOUT_EVENTS, sid: 's' }],
  ['a DPoP proof', { htm: 'GET', htu: 'https://api.example.com/' }],
  ['an introspection response', { token_introspection: { active: true } }],
  ['an SD-JWT', { _sd_alg: 'sha-256' }],
];
for (const [name, claims] of OTHER_KINDS) {
  test(`refuses ${name} that is typed JWT or not at all`, async () => {
    for (const typ of ['JWT', undefined]) {
      const error = await refuses(open.verifier, tokenOf(open, claims, { typ }), 'token_kind_refused');
      assert.equal(error.verified, true);
    }
  });
}
test('refuses these marks on at+jwt too, but for nonce, which an access token may carry', async () => {
  await refuses(strict.verifier, tokenOf(strict, { at_hash: 'x' }), 'token_kind_refused');
  await refuses(strict.verifier, tokenOf(strict, { events: {} }), 'token_kind_refused');
  await strict.verifier.verify(tokenOf(strict, { nonce: 'x' }), EXPECTED);
  await open.verifier.verify(tokenOf(open, { nonce: 'x', typ: 'Bearer' }, { typ: 'JWT' }), EXPECTED);
});

test('refuses an id token, whose audience is the client', async () => {
  await refuses(open.verifier, tokenOf(open, { aud: 'app-1' }, { typ: 'JWT' }), 'audience_mismatch');
});

for (const cnf of [{ jkt: 'x' }, { 'x5t#S256': 'x' }, {}, null, 'x']) {
  test(`refuses a token bound to a key: cnf ${JSON.stringify(cnf)}`, async () => {
    await refuses(strict.verifier, tokenOf(strict, { cnf }), 'binding_unsupported');
  });
}

test('refuses a nested token, whatever cty says', async () => {
  const inner = tokenOf(strict);
  for (const cty of ['JWT', 'at+jwt', undefined]) {
    const input = `${segment({ ...strict.header, cty })}.${segment(inner)}`;
    await refuses(strict.verifier, `${input}.${segment(strict.signer(input))}`, 'payload_malformed');
  }
  await strict.verifier.verify(tokenOf(strict, {}, { cty: 'JWT' }), EXPECTED);
});

test('an issuer that an API does not take is refused before its signature costs anything', async () => {
  const expected = { ...EXPECTED, issuers: new Set(['someone else']) };
  const error = await refuses(strict.verifier, tokenOf(strict), 'issuer_not_allowed', expected);
  assert.equal(error.verified, false);
  assert.equal(goodClaims().exp, NOW + 300);
});
