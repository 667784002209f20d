/**
 * What the standards allow and we do not take: unsecured JWS, JSON serialisation, detached payloads, critical headers
 * (RFC 7515 appendices A.5 to A.7, E and F; RFC 7520 sections 4.5 to 4.8). Most are made of signatures in our vectors:
 * the standards print the same ones again in another form.
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { createVerifier, jwksKeys, TokenError } from '@portcullis/token';
import { readVectors } from './vector-files.ts';

function partsOf(file: string, name: string): readonly [header: string, payload: string, signature: string] {
  const vector = readVectors(file).find((item) => item.name.startsWith(name));
  const [header, payload, signature] = vector?.compact.split('.') ?? [];
  assert.ok(header !== undefined && payload !== undefined && signature !== undefined, name);
  return [header, payload, signature];
}

const [rsHeader, joe, rsSignature] = partsOf('rfc7515', 'A.2');
const [esHeader, , esSignature] = partsOf('rfc7515', 'A.3');
const [macHeader, bilbo, macSignature] = partsOf('rfc7520', '4.4');

/** RFC 7520 sections 4.6 and 4.7 sign under the secret of 4.4, and HMAC has one answer only. */
function macOf(header: string): string {
  const [{ secret } = { secret: undefined }] = readVectors('rfc7520').filter(({ alg }) => alg === 'HS256');
  assert.ok(secret !== undefined);
  return createHmac('sha256', Buffer.from(secret, 'base64url'))
    .update(`${header}.${bilbo}`)
    .digest('base64url');
}

const onlyAlg = Buffer.from('{"alg":"HS256"}').toString('base64url');
const onlyAlgSignature = 'bWUSVaxorn7bEF1djytBd0kHv70Ly5pvbomzMWSOr20';
const nothingProtected = 'xuLifqLGiblpv9zBpuZczWhNj1gARaLV3UxvxhJxZuk';

test('the signatures of RFC 7520 4.6 and 4.7 are printed right here', () => {
  assert.deepEqual([macOf(onlyAlg), macOf('')], [onlyAlgSignature, nothingProtected]);
});

const kid = '018c0ae5-4d9b-471b-bfd6-eef314bc7037';
const multiple = [
  { protected: rsHeader, header: { kid: '2010-12-29' }, signature: rsSignature },
  { protected: esHeader, header: { kid: 'e9bc097a-ce51-4036-9562-d2ade882db0d' }, signature: esSignature },
];

const REFUSED: readonly (readonly [from: string, token: string | object, code: string])[] = [
  ['RFC 7515 A.5 and RFC 7519 6.1 unsecured', `eyJhbGciOiJub25lIn0.${joe}.`, 'alg_unsupported'],
  ['RFC 7515 A.6 general JSON serialisation', { payload: joe, signatures: multiple }, 'token_malformed'],
  ['RFC 7515 A.7 flattened JSON serialisation', { payload: joe, ...multiple[1] }, 'token_malformed'],
  ['RFC 7515 F detached payload', `${rsHeader}..${rsSignature}`, 'token_malformed'],
  [
    'RFC 7515 E critical header',
    'eyJhbGciOiJub25lIiwNCiAiY3JpdCI6WyJodHRwOi8vZXhhbXBsZS5jb20vVU5ERUZJTkVEIl0sDQogImh0dHA6Ly9leGFtcGxlLmNvbS9VTkRFRklORUQiOnRydWUNCn0.RkFJTA.',
    'header_critical',
  ],
  ['RFC 7520 4.5 detached payload', `${macHeader}..${macSignature}`, 'token_malformed'],
  [
    'RFC 7520 4.6 some headers protected',
    { payload: bilbo, protected: onlyAlg, header: { kid }, signature: onlyAlgSignature },
    'token_malformed',
  ],
  [
    'RFC 7520 4.7 no header protected',
    { payload: bilbo, header: { alg: 'HS256', kid }, signature: nothingProtected },
    'token_malformed',
  ],
  ['RFC 7520 4.7 as it would look in compact form', `.${bilbo}.${nothingProtected}`, 'token_malformed'],
  [
    'RFC 7520 4.8 several signatures',
    { payload: bilbo, signatures: [{ protected: macHeader, signature: macSignature }, { header: { kid } }] },
    'token_malformed',
  ],
];

const [rsVector] = readVectors('rfc7515').filter(({ alg }) => alg === 'RS256');
const verifier = createVerifier({
  issuers: [
    {
      issuer: 'joe',
      algorithms: ['RS256'],
      keys: await jwksKeys({ keys: [rsVector?.publicJwk] }, { algorithms: ['RS256'] }),
      types: ['none'],
      audienceOptional: true,
    },
  ],
  clock: () => 1_300_819_379,
});

test('the compact form of the same signature passes', async () => {
  await verifier.verify(`${rsHeader}.${joe}.${rsSignature}`, { audience: 'any' });
});

for (const [from, token, code] of REFUSED) {
  test(`${from}: refused`, async () => {
    const text = typeof token === 'string' ? token : JSON.stringify(token);
    await assert.rejects(
      verifier.verify(text, { audience: 'any' }),
      (error) => error instanceof TokenError && error.code === code,
    );
  });
}
