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
          issuers: [{ issuer: ISSUER, algorithms: [alg], keys }],
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
          accessTokensOnly: true,
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

describe('what a review found', () => {
  const pinned = { issuer: ISSUER, audience: 'api' };

  test('a pinned algorithm is never given up for the family of the key', async () => {
    const hs256 = signed({ alg: 'HS256', typ: 'JWT' }, CLAIMS);
    const es256 = signed({ alg: 'ES256', typ: 'JWT' }, CLAIMS);
    assert.equal(
      (await verdictOf(hs256, SECRET, { ...pinned, algorithms: ['RS256'] })).code,
      'alg_not_allowed',
    );
    assert.equal(
      (await verdictOf(es256, JSON.stringify(jwk), { ...pinned, algorithms: ['HS256'] })).code,
      'alg_not_allowed',
    );
  });

  test('a secret in a set with public keys is left out and told', async () => {
    const keys = JSON.stringify({
      keys: [jwk, { kty: 'oct', k: Buffer.from(SECRET).toString('base64url') }],
    });
    const inquiry = { text: signed({ alg: 'HS256' }, CLAIMS), choose: 0, expectations: DEFAULT_EXPECTATIONS };
    const { key, verdict } = await engine.inspect({ ...inquiry, key: { text: keys, encoding: 'utf8' } });
    assert.deepEqual(key.kind === 'keys' && key.skipped, ['secret_in_key_set']);
    assert.equal(verdict?.code, 'alg_not_allowed');
  });

  test('names that every object has are no kinds, algorithms or issuers', async () => {
    for (const name of ['constructor', '__proto__', 'toString']) {
      const { kind } = await engine.inspect({
        text: signed({ alg: 'ES256', typ: name }, { ...CLAIMS, token_use: name, typ: name }),
        choose: 0,
        key: { text: '', encoding: 'utf8' },
        expectations: DEFAULT_EXPECTATIONS,
      });
      assert.equal(kind, 'unknown');
    }
  });

  test('hundreds of thousands of faults are told by the first hundred', async () => {
    const payload = `{${Array.from({ length: 200_000 }, () => '"a":1').join(',')}}`;
    const text = `${encode({ alg: 'ES256' })}.${Buffer.from(payload).toString('base64url')}.AAAA`;
    const { reading } = await engine.inspect({
      text,
      choose: 0,
      key: { text: '', encoding: 'utf8' },
      expectations: DEFAULT_EXPECTATIONS,
    });
    assert.ok(reading.faults.length <= 110);
  });

  test('what is nested without end does no harm in a key or in JSON serialisation', async () => {
    const deep = `${'['.repeat(2000)}${']'.repeat(2000)}`;
    const key = `{"kty":"RSA","n":"AQAB","e":"AQAB","x":${deep}}`;
    const text = `{"payload":"e30","signature":"AAAA","header":{"a":${deep}}}`;
    const inspection = await engine.inspect({
      text,
      choose: 0,
      key: { text: key, encoding: 'utf8' },
      expectations: DEFAULT_EXPECTATIONS,
    });
    structuredClone(inspection);
    assert.equal(inspection.key.kind, 'fault');
  });

  test('a token that had to be mended is refused as it was pasted', async () => {
    const token = signed({ alg: 'ES256', typ: 'JWT' }, CLAIMS);
    const [header = '', payload = '', signature = ''] = token.split('.');
    const flattened = JSON.stringify({ payload, protected: header, signature });
    for (const text of [
      `${header}=.${payload}.${signature}`,
      `${header}.${payload}\n.${signature}`,
      flattened,
    ]) {
      const { code, signature: checked } = await verdictOf(text, JSON.stringify(jwk), pinned);
      assert.deepEqual([code, checked], ['token_malformed', 'verified']);
    }
    assert.equal((await verdictOf(`"${token}"`, JSON.stringify(jwk), pinned)).outcome, 'accepted');
  });

  test('of several signatures each is judged, and one whose header contradicts itself is none', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const protectedHeader = encode({ alg: 'ES256' });
    const payload = encode(CLAIMS);
    const by = (key: typeof privateKey): string =>
      signBytes('sha256', Buffer.from(`${protectedHeader}.${payload}`), {
        key,
        dsaEncoding: 'ieee-p1363',
      }).toString('base64url');
    const signatures = [
      { protected: protectedHeader, signature: by(other.privateKey) },
      { protected: protectedHeader, signature: by(privateKey) },
      { protected: protectedHeader, signature: by(privateKey), header: { alg: 'none', crit: ['x'] } },
    ];
    const text = JSON.stringify({ payload, signatures });
    const look = (choose: number) =>
      engine.inspect({
        text,
        choose,
        key: { text: JSON.stringify(jwk), encoding: 'utf8' },
        expectations: DEFAULT_EXPECTATIONS,
      });
    assert.equal((await look(0)).verdict?.signature, 'failed');
    assert.equal((await look(1)).verdict?.signature, 'verified');
    const third = await look(2);
    assert.equal(third.verdict?.signature, 'not_checked');
    assert.ok(third.reading.faults.some(({ code }) => code === 'unprotected_conflict'));
  });

  test('a key that no verifier takes fails its check also when the signature fails', async () => {
    const token = signed({ alg: 'HS256', typ: 'JWT' }, CLAIMS);
    const { lines } = await verdictOf(token, 'secret', pinned);
    const results = Object.fromEntries(lines.map(({ check, code }) => [check, code]));
    assert.deepEqual([results['key'], results['signature']], ['secret_too_short', 'signature_invalid']);
  });
});

describe('of several keys the fitting one', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const set = JSON.stringify({
    keys: [
      rsa.privateKey.export({ format: 'jwk' }),
      { ...privateKey.export({ format: 'jwk' }), kid: 'one' },
      { ...pair.privateKey.export({ format: 'jwk' }), kid: 'two' },
    ],
  });
  const key = { text: set, encoding: 'utf8' } as const;

  test('signs, by its algorithm and kid', async () => {
    for (const header of [{ alg: 'ES256', kid: 'two' }, { alg: 'ES256', kid: 'one' }, { alg: 'RS256' }]) {
      const parts = { header: JSON.stringify(header), payload: '{}', payloadIsJson: true, signature: '' };
      const encoded = await engine.encode(parts, key);
      assert.ok(encoded.kind === 'encoded' && encoded.signed, JSON.stringify(encoded));
      const { verdict } = await engine.inspect({
        text: encoded.token,
        choose: 0,
        key,
        expectations: DEFAULT_EXPECTATIONS,
      });
      assert.equal(verdict?.signature, 'verified');
      assert.equal(verdict.keyIndex, { one: 1, two: 2 }[header.kid ?? ''] ?? 0);
    }
  });

  test('is encrypted to, and opens', async () => {
    const sealed = await engine.seal('hello', { alg: 'RSA-OAEP-256', enc: 'A128GCM' }, key);
    assert.ok(sealed.kind === 'sealed');
    const opened = await engine.open(sealed.token, 0, key);
    assert.deepEqual(opened, { kind: 'opened', text: 'hello', holds: 'text' });
  });

  test('and of several encrypted tokens the chosen one is opened', async () => {
    const seal = async (text: string): Promise<string> => {
      const sealed = await engine.seal(text, { alg: 'RSA-OAEP-256', enc: 'A128GCM' }, key);
      return sealed.kind === 'sealed' ? sealed.token : '';
    };
    const text = `${await seal('first')} and ${await seal('second')}`;
    const opened = await engine.open(text, 1, key);
    assert.equal(opened.kind === 'opened' && opened.text, 'second');
  });
});

test('an edit changes what was edited and nothing else', async () => {
  const none = { text: '', encoding: 'utf8' } as const;
  const around = (payload: string): string =>
    `Bearer ${encode({ alg: 'ES256' })}.${Buffer.from(payload).toString('base64url')}.AAAA\nX: 1`;
  const json = await engine.edit(
    { text: around('{"a":1}'), given: '', choose: 0, header: undefined, payload: '{"a":2}' },
    none,
  );
  assert.equal(json.kind === 'encoded' && json.text, around('{"a":2}'));
  const text = await engine.edit(
    { text: around('hello'), given: '', choose: 0, header: undefined, payload: 'hello, world' },
    none,
  );
  assert.equal(text.kind === 'encoded' && text.text, around('hello, world'));
  const duplicates = '{"alg":"HS256","typ":"JWT","typ":"at+jwt","x":12345678901234567890,"y":1.0}';
  const signedAsTyped = await engine.edit(
    { text: around('{}'), given: '', choose: 0, header: duplicates, payload: undefined },
    { text: SECRET, encoding: 'utf8' },
  );
  assert.ok(signedAsTyped.kind === 'encoded' && signedAsTyped.signed);
  assert.equal(Buffer.from(signedAsTyped.token.split('.')[0] ?? '', 'base64url').toString(), duplicates);
});
