import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign as signBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { createVerifier, jwksKeys, secretKeys, TokenError } from '@portcullis/token';
import fc from 'fast-check';
import { engine } from './engine.ts';
import { DEFAULT_EXPECTATIONS, type Expectations } from './verdict/settings.ts';
import type { Verdict } from './verdict/verdict.ts';

const NOW = 1_900_000_000;
const ISSUER = 'https://id.example.com';
const SECRET = 'fUTJlP4tCz3M1hOaBvQeLdXwRkYs7g2N9qGp';
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = publicKey.export({ format: 'jwk' });
const CLAIMS = { iss: ISSUER, sub: 'jo', aud: 'api', iat: NOW, exp: NOW + 600 };
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function signed(header: object, claims: object): string {
  const input = `${encode(header)}.${encode(claims)}`;
  const signature =
    'alg' in header && header.alg === 'HS256'
      ? createHmac('sha256', SECRET).update(input).digest()
      : signBytes('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

async function verdictOf(text: string, key: string, changes: Partial<Expectations> = {}): Promise<Verdict> {
  const expectations = { ...DEFAULT_EXPECTATIONS, asOf: NOW, ...changes };
  const { verdict } = await engine.inspect({
    text,
    choose: 0,
    key: { text: key, encoding: 'utf8' },
    expectations,
  });
  assert.ok(verdict);
  return verdict;
}

const oddHeaders = fc.record(
  {
    alg: fc.constantFrom('ES256', 'HS256', 'none', 'RS256', 'ES384', 7),
    typ: fc.constantFrom('at+jwt', 'JWT', 'dpop+jwt', 'id+jwt'),
    kid: fc.constantFrom('1', '../x', 5),
    crit: fc.constant(['x']),
  },
  { requiredKeys: ['alg'] },
);
const usualHeaders = fc.record({
  alg: fc.constantFrom('ES256', 'HS256'),
  typ: fc.constantFrom('at+jwt', 'JWT'),
});
const headers = fc.oneof(oddHeaders, { arbitrary: usualHeaders, weight: 4 });
const seldom = fc.nat({ max: 5 }).map((drawn) => drawn === 0);
const claimSets = fc.record(
  {
    iss: fc.constantFrom(ISSUER, 'https://evil.example', 7),
    aud: fc.constantFrom('api', 'other', ['api', 'x'], 3),
    exp: fc.constantFrom(NOW + 600, NOW - 600, NOW + 10_000_000, 'soon'),
    nbf: fc.constantFrom(NOW, NOW + 600),
    iat: fc.constantFrom(NOW, NOW + 600),
    cnf: fc.constant({}),
    nonce: fc.constant('n'),
    sub: fc.constantFrom('jo', 3),
  },
  { requiredKeys: [] },
);

test('with everything pinned, the verdict is that of a verifier, for whatever token', async () => {
  const es256 = await jwksKeys({ keys: [jwk] }, { algorithms: ['ES256'] });
  const hs256 = await secretKeys([SECRET], { algorithms: ['HS256'] });
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      headers,
      fc.oneof(claimSets, fc.constant({})),
      fc.boolean(),
      seldom,
      fc.boolean(),
      async (header, claims, good, tamper, shared) => {
        const claimSet = good ? { ...CLAIMS, ...claims, iss: ISSUER } : claims;
        const token = signed(header, claimSet);
        const text = tamper ? `${token.slice(0, -8)}AAAAAAAA` : token;
        const alg = shared ? 'HS256' : 'ES256';
        const keys = shared ? hs256 : es256;
        const verifier = createVerifier({
          issuers: [{ issuer: ISSUER, algorithms: [alg], keys, types: ['at+jwt', 'JWT', 'none'] }],
          clock: () => NOW,
        });
        const expected = await verifier.verify(text, { audience: 'api' }).then(
          () => undefined,
          (error: unknown) => (error instanceof TokenError ? error.code : 'crashed'),
        );
        const verdict = await verdictOf(text, shared ? SECRET : JSON.stringify(jwk), {
          algorithms: [alg],
          issuer: ISSUER,
          audience: 'api',
        });
        assert.equal(verdict.code, expected);
        assert.equal(verdict.outcome, expected === undefined ? 'accepted' : 'refused');
        outcomes.add(expected ?? 'accepted');
      },
    ),
    { numRuns: 600 },
  );
  assert.ok(outcomes.has('accepted') && outcomes.size > 8, `the property was hardly tried: ${[...outcomes]}`);
});

describe('the key decides what is admitted, never the token', () => {
  test('a secret never verifies a token of a key pair, and the other way round', async () => {
    const es256 = signed({ alg: 'ES256', typ: 'JWT' }, CLAIMS);
    const hs256 = signed({ alg: 'HS256', typ: 'JWT' }, CLAIMS);
    assert.equal((await verdictOf(es256, SECRET)).code, 'alg_not_allowed');
    assert.equal((await verdictOf(hs256, JSON.stringify(jwk))).code, 'alg_not_allowed');
    assert.equal((await verdictOf(hs256, SECRET)).signature, 'verified');
    assert.equal((await verdictOf(es256, JSON.stringify(jwk))).signature, 'verified');
  });

  test('an algorithm that was pinned holds, whatever the key is for', async () => {
    const es256 = signed({ alg: 'ES256', typ: 'JWT' }, CLAIMS);
    assert.equal(
      (await verdictOf(es256, JSON.stringify(jwk), { algorithms: ['ES384'] })).code,
      'alg_not_allowed',
    );
    assert.equal(
      (await verdictOf(es256, JSON.stringify(jwk), { algorithms: ['RS256', 'ES256'] })).signature,
      'verified',
    );
  });
});

test('answers any inquiry, whatever is pasted where', async () => {
  const anything = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.json(),
    fc.constantFrom(
      '-----BEGIN PUBLIC KEY-----',
      '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----',
      '{"kty":"RSA"}',
    ),
    fc.constantFrom(
      '{"keys":[{"kty":"EC","crv":"P-256","x":1}]}',
      '{"kty":"oct","k":5}',
      '{"kty":"AKP","alg":"ML-DSA-44","pub":"AA"}',
    ),
    fc.base64String().map((text) => `-----BEGIN PRIVATE KEY-----\n${text}\n-----END PRIVATE KEY-----`),
  );
  const tokens = fc.oneof(
    anything,
    fc.tuple(headers, claimSets).map(([header, claims]) => signed(header, claims)),
    fc
      .tuple(fc.json(), fc.json())
      .map(([a, b]) => `${Buffer.from(a).toString('base64url')}.${Buffer.from(b).toString('base64url')}.x`),
  );
  const encodings = fc.constantFrom('utf8', 'base64', 'base64url', 'hex');
  await fc.assert(
    fc.asyncProperty(tokens, anything, encodings, async (text, key, encoding) => {
      const inquiry = { text, choose: 0, key: { text: key, encoding }, expectations: DEFAULT_EXPECTATIONS };
      const { reading, verdict } = await engine.inspect(inquiry);
      assert.equal(verdict === undefined, reading.form === 'none');
    }),
    { numRuns: 600 },
  );
});
