import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TokenErrorCode } from '../index.ts';
import { forge } from '../testing/forge.ts';
import {
  AUDIENCE,
  EXPECTED,
  goodClaims,
  ISSUER,
  makeIssuer,
  NOW,
  refuses,
  tokenOf,
} from '../testing/issuer.ts';

const issuer = await makeIssuer('ES256');
const lenient = await makeIssuer('ES256', { audienceOptional: true });

type Case = readonly [claims: Record<string, unknown>, code: TokenErrorCode];

const CASES: readonly Case[] = [
  [{ exp: undefined }, 'exp_missing'],
  [{ exp: String(NOW + 300) }, 'claim_malformed'],
  [{ exp: '' }, 'claim_malformed'],
  [{ exp: null }, 'claim_malformed'],
  [{ exp: true }, 'claim_malformed'],
  [{ exp: [NOW + 300] }, 'claim_malformed'],
  [{ exp: { valueOf: NOW + 300 } }, 'claim_malformed'],
  [{ exp: 0 }, 'token_expired'],
  [{ exp: -1 }, 'token_expired'],
  [{ exp: NOW - 5 }, 'token_expired'],
  [{ exp: 1e300 }, 'lifetime_too_long'],
  [{ exp: (NOW + 300) * 1000 }, 'lifetime_too_long'],
  [{ exp: NOW + 86_400 }, 'lifetime_too_long'],
  [{ exp: NOW + 86_401, iat: undefined }, 'lifetime_too_long'],
  [{ iat: -1e300 }, 'lifetime_too_long'],
  [{ iat: NOW + 6, exp: NOW + 300 }, 'iat_in_future'],
  [{ iat: String(NOW) }, 'claim_malformed'],
  [{ iat: null }, 'claim_malformed'],
  [{ nbf: NOW + 6 }, 'token_not_yet_valid'],
  [{ nbf: String(NOW + 6) }, 'claim_malformed'],
  [{ nbf: null }, 'claim_malformed'],
  [{ nbf: [0] }, 'claim_malformed'],
  [{ iss: undefined }, 'issuer_unknown'],
  [{ iss: null }, 'issuer_unknown'],
  [{ iss: [ISSUER] }, 'issuer_unknown'],
  [{ iss: { toString: ISSUER } }, 'issuer_unknown'],
  [{ iss: `${ISSUER}/` }, 'issuer_unknown'],
  [{ iss: ISSUER.toUpperCase() }, 'issuer_unknown'],
  [{ iss: `${ISSUER} ` }, 'issuer_unknown'],
  [{ iss: ISSUER.slice(0, -1) }, 'issuer_unknown'],
  [{ iss: `${ISSUER}.evil.example` }, 'issuer_unknown'],
  [{ iss: '__proto__' }, 'issuer_unknown'],
  [{ iss: '' }, 'issuer_unknown'],
  [{ aud: undefined }, 'audience_missing'],
  [{ aud: null }, 'claim_malformed'],
  [{ aud: 1 }, 'claim_malformed'],
  [{ aud: true }, 'claim_malformed'],
  [{ aud: { [AUDIENCE]: true } }, 'claim_malformed'],
  [{ aud: { 0: AUDIENCE, length: 1 } }, 'claim_malformed'],
  [{ aud: [[AUDIENCE]] }, 'claim_malformed'],
  [{ aud: [AUDIENCE, 1] }, 'claim_malformed'],
  [{ aud: [AUDIENCE, null] }, 'claim_malformed'],
  [{ aud: [] }, 'audience_mismatch'],
  [{ aud: '' }, 'audience_mismatch'],
  [{ aud: AUDIENCE.slice(0, -1) }, 'audience_mismatch'],
  [{ aud: `${AUDIENCE}/` }, 'audience_mismatch'],
  [{ aud: `${AUDIENCE}-admin` }, 'audience_mismatch'],
  [{ aud: ` ${AUDIENCE}` }, 'audience_mismatch'],
  [{ aud: `x ${AUDIENCE}` }, 'audience_mismatch'],
  [{ aud: `${AUDIENCE},x` }, 'audience_mismatch'],
  [{ aud: AUDIENCE.toUpperCase() }, 'audience_mismatch'],
  [{ aud: JSON.stringify([AUDIENCE]) }, 'audience_mismatch'],
  [{ aud: [AUDIENCE.slice(0, 9), AUDIENCE.slice(9)] }, 'audience_mismatch'],
  [{ aud: '*' }, 'audience_mismatch'],
  [{ sub: 1 }, 'claim_malformed'],
  [{ sub: null }, 'claim_malformed'],
  [{ sub: ['user-1', 'admin'] }, 'claim_malformed'],
  [{ jti: 1 }, 'claim_malformed'],
  [{ client_id: { a: 1 } }, 'claim_malformed'],
  [{ scope: 1 }, 'claim_malformed'],
  [{ scope: ['a', 1] }, 'claim_malformed'],
];
for (const [claims, code] of CASES) {
  test(`refuses ${JSON.stringify(claims)}: ${code}`, async () => {
    const error = await refuses(issuer.verifier, tokenOf(issuer, claims), code);
    assert.equal(error.verified, code !== 'issuer_unknown');
  });
}

const RAW: readonly (readonly [string, TokenErrorCode])[] = [
  ['"exp":1e400', 'payload_malformed'],
  ['"exp":-1e400', 'payload_malformed'],
  ['"exp":-0', 'token_expired'],
  ['"exp":NaN', 'payload_malformed'],
  ['"exp":Infinity', 'payload_malformed'],
  ['"exp":0x7fffffff', 'payload_malformed'],
];
for (const [raw, code] of RAW) {
  test(`refuses ${raw}: ${code}`, async () => {
    const json = `${JSON.stringify(goodClaims({ exp: undefined })).slice(0, -1)},${raw}}`;
    await refuses(issuer.verifier, forge(issuer.header, json, issuer.signer), code);
  });
}

test('takes an audience as text or as one of a list, and fractions of a second', async () => {
  for (const claims of [
    { aud: [AUDIENCE] },
    { aud: ['x', AUDIENCE] },
    { exp: NOW + 0.5 },
    { exp: NOW - 4.9 },
    { iat: NOW + 5, exp: NOW + 300 },
    { nbf: NOW + 5 },
    { exp: NOW - 10 + 86_400 },
    { iat: undefined, nbf: undefined },
  ]) {
    await issuer.verifier.verify(tokenOf(issuer, claims), EXPECTED);
  }
});

test('an optional audience is still checked when it is there', async () => {
  await lenient.verifier.verify(tokenOf(lenient, { aud: undefined }), EXPECTED);
  await refuses(lenient.verifier, tokenOf(lenient, { aud: 'x' }), 'audience_mismatch');
  await refuses(lenient.verifier, tokenOf(lenient, { aud: null }), 'claim_malformed');
  await refuses(lenient.verifier, tokenOf(lenient, { aud: [] }), 'audience_mismatch');
});

test('an empty expected audience is a mistake of the caller, and no wildcard', async () => {
  for (const audience of ['', undefined, null, [AUDIENCE]]) {
    // @ts-expect-error a caller without types
    await assert.rejects(issuer.verifier.verify(tokenOf(issuer, { aud: '' }), { audience }), {
      code: 'audience_invalid',
    });
    // @ts-expect-error a caller without types
    assert.throws(() => issuer.verifier.recall('x', { audience }), { code: 'audience_invalid' });
  }
});

test('a required claim must be there and not null', async () => {
  const demanding = await makeIssuer('ES256', { requiredClaims: ['sub', 'tenant', 'toString'] });
  const token = (claims: Record<string, unknown>) => tokenOf(demanding, claims);
  const error = await refuses(demanding.verifier, token({ tenant: null, toString: 1 }), 'claim_missing');
  assert.deepEqual(error.detail, { claim: 'tenant' });
  await refuses(demanding.verifier, token({ tenant: 't' }), 'claim_missing');
  await demanding.verifier.verify(token({ tenant: '', toString: 1 }), EXPECTED);
});
