import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createVerifier, jwksKeys, type KeySource, TokenError, type VerifiedToken } from '../index.ts';
import { segment } from '../testing/forge.ts';
import { EXPECTED, goodClaims, ISSUER, makeIssuer, NOW, refuses, tokenOf } from '../testing/issuer.ts';

const issuer = await makeIssuer('ES256');

/** A verifier whose clock and trust can be turned, and whose key look-ups are counted. */
async function cached(options: { maxBytes?: number } = {}) {
  const keys = await jwksKeys({ keys: [issuer.publicJwk] }, { algorithms: ['ES256'] });
  const state = { now: NOW, trusted: true, lookups: 0 };
  const source: KeySource = {
    ...keys,
    trusts: (key) => state.trusted && keys.trusts(key),
    find: (alg, kid) => {
      state.lookups += 1;
      if (!state.trusted) throw new TokenError('kid_unknown');
      return keys.find(alg, kid);
    },
  };
  const verifier = createVerifier({
    issuers: [{ name: 'local', issuer: ISSUER, algorithms: ['ES256'], keys: source }],
    clock: () => state.now,
    cache: { maxBytes: options.maxBytes ?? 1_000_000 },
  });
  return { verifier, state };
}

function codeOf(run: () => VerifiedToken | undefined): string | undefined {
  try {
    return run() === undefined ? undefined : 'accepted';
  } catch (error) {
    assert.ok(error instanceof TokenError);
    assert.equal(error.verified, true);
    return error.code;
  }
}

test('recalls what was verified, the same object, without asking for keys again', async () => {
  const { verifier, state } = await cached();
  const token = tokenOf(issuer);
  assert.equal(verifier.recall(token, EXPECTED), undefined);
  const verified = await verifier.verify(token, EXPECTED);
  assert.equal(verifier.recall(token, EXPECTED), verified);
  assert.equal(await verifier.verify(token, EXPECTED), verified);
  assert.equal(state.lookups, 1);
});

test('refuses a cached signature under another payload, header or spelling', async () => {
  const { verifier } = await cached();
  const token = tokenOf(issuer);
  await verifier.verify(token, EXPECTED);
  const [header = '', payload = '', signature = ''] = token.split('.');
  const admin = segment(goodClaims({ sub: 'admin' }));
  await refuses(verifier, `${header}.${admin}.${signature}`, 'signature_invalid');
  const otherHeader = segment({ ...issuer.header, extra: 1 });
  await refuses(verifier, `${otherHeader}.${payload}.${signature}`, 'signature_invalid');
  await refuses(verifier, `${header}.${payload}.${signature}=`, 'token_malformed');
  await refuses(verifier, `${header}.${payload}.${signature}.`, 'token_malformed');
});

test('refuses a token cached for audience A when audience B asks, and the other way round', async () => {
  const { verifier } = await cached();
  const token = tokenOf(issuer, { aud: ['a', 'c'] });
  await verifier.verify(token, { audience: 'a' });
  assert.equal(
    codeOf(() => verifier.recall(token, { audience: 'b' })),
    'audience_mismatch',
  );
  assert.equal(
    codeOf(() => verifier.recall(token, { audience: 'c' })),
    'accepted',
  );
  const other = tokenOf(issuer, { aud: 'b' });
  await refuses(verifier, other, 'audience_mismatch', { audience: 'a' });
  assert.equal(
    codeOf(() => verifier.recall(other, { audience: 'a' })),
    'audience_mismatch',
  );
  assert.equal(
    codeOf(() => verifier.recall(other, { audience: 'b' })),
    'accepted',
  );
});

test('refuses a token that expired, or is not valid any more, after it was cached', async () => {
  const { verifier, state } = await cached();
  const token = tokenOf(issuer, { nbf: NOW - 10 });
  await verifier.verify(token, EXPECTED);
  state.now = NOW + 304.9;
  assert.equal(
    codeOf(() => verifier.recall(token, EXPECTED)),
    'accepted',
  );
  state.now = NOW + 305;
  assert.equal(
    codeOf(() => verifier.recall(token, EXPECTED)),
    'token_expired',
  );
  await refuses(verifier, token, 'token_expired');
  state.now = NOW - 100;
  assert.equal(
    codeOf(() => verifier.recall(token, EXPECTED)),
    'token_not_yet_valid',
  );
  state.now = Number.NaN;
  assert.equal(
    codeOf(() => verifier.recall(token, EXPECTED)),
    'token_expired',
  );
});

test('forgets a token when its key is not trusted any more', async () => {
  const { verifier, state } = await cached();
  const token = tokenOf(issuer);
  await verifier.verify(token, EXPECTED);
  state.trusted = false;
  assert.equal(verifier.recall(token, EXPECTED), undefined);
  await refuses(verifier, token, 'kid_unknown');
  state.trusted = true;
  assert.equal(verifier.recall(token, EXPECTED), undefined);
  await verifier.verify(token, EXPECTED);
});

test('refuses a cached token at an API that does not take its issuer', async () => {
  const { verifier } = await cached();
  const token = tokenOf(issuer);
  await verifier.verify(token, EXPECTED);
  const elsewhere = { ...EXPECTED, issuers: new Set(['partner']) };
  assert.equal(
    codeOf(() => verifier.recall(token, elsewhere)),
    'issuer_not_allowed',
  );
  assert.equal(
    codeOf(() => verifier.recall(token, { ...EXPECTED, issuers: new Set() })),
    'issuer_not_allowed',
  );
  assert.equal(
    codeOf(() => verifier.recall(token, { ...EXPECTED, issuers: new Set(['local']) })),
    'accepted',
  );
});

test('never caches what was not verified', async () => {
  const { verifier, state } = await cached();
  const token = `${tokenOf(issuer).slice(0, -10)}AAAAAAAAAA`;
  await refuses(verifier, token, 'signature_invalid');
  assert.equal(verifier.recall(token, EXPECTED), undefined);
  await refuses(verifier, token, 'signature_invalid');
  assert.equal(state.lookups, 2);
});

test('pays for the signature of a refused token once', async () => {
  const { verifier, state } = await cached();
  const token = tokenOf(issuer, { cnf: {} });
  for (let again = 0; again < 3; again++) await refuses(verifier, token, 'binding_unsupported');
  assert.equal(state.lookups, 1);
});

test('works the same without a cache', async () => {
  const { verifier, state } = await cached({ maxBytes: 0 });
  const token = tokenOf(issuer);
  await verifier.verify(token, EXPECTED);
  assert.equal(verifier.recall(token, EXPECTED), undefined);
  await verifier.verify(token, EXPECTED);
  assert.equal(state.lookups, 2);
});

test('hands out nothing that one caller could change for another', async () => {
  const { verifier } = await cached();
  const verified = await verifier.verify(tokenOf(issuer, { roles: { admin: [{ a: 1 }] } }), EXPECTED);
  const seen: unknown[] = [verified];
  while (seen.length > 0) {
    const value = seen.pop();
    if (typeof value !== 'object' || value === null) continue;
    assert.ok(Object.isFrozen(value));
    seen.push(...Object.values(value));
  }
});
