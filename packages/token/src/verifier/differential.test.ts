/** Whatever jose's own jwtVerify refuses, our verifier refuses as well: ours may only be the stricter one. */
import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { errors, jwtVerify } from 'jose';
import { createVerifier, generateKey, jwksKeys, TokenError } from '../index.ts';

const NOW = 1_900_000_000;
const ISSUER = 'https://id.example.com';
const AUDIENCE = 'https://api.example.com';

const { privateJwk, publicJwk } = await generateKey('ES256', { kid: 'key-1' });
const privateKey = createPrivateKey({ key: { ...privateJwk }, format: 'jwk' });
const publicKey = createPublicKey({ key: { ...publicJwk }, format: 'jwk' });
const verifier = createVerifier({
  issuers: [
    {
      issuer: ISSUER,
      algorithms: ['ES256'],
      keys: await jwksKeys({ keys: [publicJwk] }, { algorithms: ['ES256'] }),
      types: ['at+jwt'],
    },
  ],
  clock: () => NOW,
});

async function weAccept(token: string): Promise<boolean> {
  try {
    await verifier.verify(token, { audience: AUDIENCE });
    return true;
  } catch (error) {
    assert.ok(error instanceof TokenError, `verify rejected with something else: ${error}`);
    return false;
  }
}

async function joseAccepts(token: string): Promise<boolean> {
  try {
    await jwtVerify(token, publicKey, {
      algorithms: ['ES256'],
      issuer: ISSUER,
      audience: AUDIENCE,
      typ: 'at+jwt',
      clockTolerance: 5,
      currentDate: new Date(NOW * 1000),
      requiredClaims: ['exp'],
    });
    return true;
  } catch (error) {
    assert.ok(error instanceof errors.JOSEError, `jose failed with something else: ${error}`);
    return false;
  }
}

function signed(header: string, payload: string): string {
  const input = `${Buffer.from(header).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`;
  const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(null, true, '', '0', 0, -1, 1e300, [], {}, [[]], NOW, String(NOW)),
  fc.constantFrom<unknown>(
    ISSUER,
    AUDIENCE,
    [AUDIENCE],
    [ISSUER, AUDIENCE],
    'at+jwt',
    'JWT',
    'ES256',
    'none',
    'HS256',
  ),
  fc.integer({ min: NOW - 20, max: NOW + 20 }),
);
const headers = fc.record(
  { alg: odd, typ: odd, kid: odd, crit: odd, b64: odd, cty: odd, zip: odd },
  { requiredKeys: [] },
);
const claims = fc.record(
  { iss: odd, aud: odd, exp: odd, nbf: odd, iat: odd, sub: odd, cnf: odd, nonce: odd },
  { requiredKeys: [] },
);
/** Most changes are few, so that some tokens stay good. */
const sometimes = <T extends object>(changes: fc.Arbitrary<T>): fc.Arbitrary<Partial<T>> =>
  fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: changes });

const edits = fc.array(
  fc.record({
    at: fc.nat(),
    cut: fc.nat({ max: 2 }),
    put: fc.constantFrom('', 'A', '=', '.', ' ', '\n', '-', '_', '+', 'é'),
  }),
  { maxLength: 2 },
);

function edit(text: string, changes: readonly { at: number; cut: number; put: string }[]): string {
  return changes.reduce((result, { at, cut, put }) => {
    const place = at % (result.length + 1);
    return result.slice(0, place) + put + result.slice(place + cut);
  }, text);
}

test('never accepts a token that jose rejects, whatever is changed in it', async () => {
  let accepted = 0;
  const sometimesEdited = fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: edits },
  );
  await fc.assert(
    fc.asyncProperty(
      sometimes(headers),
      sometimes(claims),
      sometimesEdited,
      sometimesEdited,
      sometimesEdited,
      async (headerChanges, claimChanges, headerEdits, payloadEdits, tokenEdits) => {
        const header = JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: 'key-1', ...headerChanges });
        const payload = JSON.stringify({
          iss: ISSUER,
          aud: AUDIENCE,
          iat: NOW,
          exp: NOW + 60,
          ...claimChanges,
        });
        const token = edit(signed(edit(header, headerEdits), edit(payload, payloadEdits)), tokenEdits);
        const [ours, theirs] = [await weAccept(token), await joseAccepts(token)];
        if (ours) accepted += 1;
        assert.ok(theirs || !ours, `accepted by us, rejected by jose: ${token}`);
      },
    ),
    { numRuns: 600 },
  );
  assert.ok(accepted > 20, `only ${accepted} tokens stayed good`);
});
