import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ALGORITHMS,
  CHECKS,
  createVerifier,
  isAlgorithm,
  jwksKeys,
  secretKeys,
  sign,
  TOKEN_ERRORS,
  type TokenErrorCode,
} from '../index.ts';
import { forge, hmacSigner } from '../testing/forge.ts';
import {
  AUDIENCE,
  EXPECTED,
  goodClaims,
  ISSUER,
  makeIssuer,
  NOW,
  refuses,
  tokenOf,
  verifierFor,
} from '../testing/issuer.ts';

const issuer = await makeIssuer('ES256');

for (const alg of ALGORITHMS.filter((name) => !name.startsWith('HS'))) {
  test(`verifies ${alg} tokens that sign made and that node:crypto made`, async () => {
    const signer = await makeIssuer(alg);
    const own = await sign(goodClaims({ tenant: 'é€😀' }), { key: signer.privateJwk });
    const verified = await signer.verifier.verify(own, EXPECTED);
    assert.equal(verified.issuerName, ISSUER);
    assert.deepEqual(verified.header, signer.header);
    assert.deepEqual(verified.claims, goodClaims({ tenant: 'é€😀' }));
    await signer.verifier.verify(tokenOf(signer), EXPECTED);
    const changed = own.replace(/\.[^.]{8}/, `.${Buffer.from('{"iss"').toString('base64url').slice(0, 7)}Z`);
    assert.notEqual(changed, own);
    await assert.rejects(signer.verifier.verify(changed, EXPECTED));
  });
}

for (const alg of ALGORITHMS.filter((name) => name.startsWith('HS'))) {
  test(`verifies ${alg} tokens`, async () => {
    const secret = Buffer.from(Array.from({ length: 64 }, (_, at) => (at * 37) % 251));
    const keys = await secretKeys([`base64url:${secret.toString('base64url')}`], { algorithms: [alg] });
    const verifier = await verifierFor([], { algorithms: [alg], keys });
    await verifier.verify(forge({ alg, typ: 'at+jwt' }, goodClaims(), hmacSigner(secret, alg)), EXPECTED);
    await refuses(
      verifier,
      forge({ alg, typ: 'at+jwt' }, goodClaims(), hmacSigner('', alg)),
      'signature_invalid',
    );
  });
}

test('EdDSA and Ed25519 are two names that must each be allowed, of one kind of key', async () => {
  const ed = await makeIssuer('EdDSA');
  const both = await verifierFor([ed.publicJwk], { algorithms: ['EdDSA', 'Ed25519'] });
  const named = tokenOf(ed, {}, { alg: 'Ed25519' });
  await both.verify(named, EXPECTED);
  await both.verify(tokenOf(ed), EXPECTED);
  await refuses(ed.verifier, named, 'alg_not_allowed');
});

/** Faults that come one check after another; a token with all of them from some check on shows the order. */
const FAULTS: readonly (readonly [TokenErrorCode, Record<string, unknown>, Record<string, unknown>])[] = [
  ['header_malformed', { kid: 1 }, {}],
  ['header_critical', { crit: ['x'] }, {}],
  ['alg_unsupported', { alg: 'none' }, {}],
  ['issuer_unknown', {}, { iss: 'https://evil.example' }],
  ['alg_not_allowed', { alg: 'RS256' }, {}],
  ['typ_not_allowed', { typ: 'x+jwt' }, {}],
  ['kid_unknown', { kid: 'unknown' }, {}],
  ['token_kind_refused', {}, { at_hash: 'x' }],
  ['binding_unsupported', {}, { cnf: {} }],
  ['claim_malformed', {}, { sub: 1 }],
  ['token_expired', {}, { exp: NOW - 100 }],
  ['token_not_yet_valid', {}, { nbf: NOW + 100 }],
  ['iat_in_future', {}, { iat: NOW + 200, exp: NOW + 900 }],
  ['lifetime_too_long', {}, { exp: NOW + 1e6 }],
  ['audience_mismatch', {}, { aud: 'x' }],
  ['claim_missing', {}, { tenant: null }],
];

test('reports the first check that fails, in the order of CHECKS', async () => {
  const { verifier, ...rest } = await makeIssuer('ES256', { requiredClaims: ['tenant'] });
  const demanding = { verifier, ...rest };
  let last = -1;
  for (const [at, [code]] of FAULTS.entries()) {
    const later = FAULTS.slice(at).toReversed();
    const header = Object.assign({}, ...later.map(([, change]) => change));
    const claims = Object.assign({ tenant: 't' }, ...later.map(([, , change]) => change));
    const error = await refuses(verifier, tokenOf(demanding, claims, header), code);
    assert.equal(error.check, TOKEN_ERRORS[code].check);
    assert.ok(CHECKS.indexOf(error.check) > last);
    last = CHECKS.indexOf(error.check);
    assert.equal(error.verified, last > CHECKS.indexOf('signature'));
  }
});

test('says what it saw, cut, and whether that was verified', async () => {
  const error = await refuses(
    issuer.verifier,
    tokenOf(issuer, { exp: NOW - 6, iat: NOW - 60, aud: [AUDIENCE, 'x'.repeat(500)], sub: 'é'.repeat(300) }),
    'token_expired',
  );
  assert.equal(error.verified, true);
  assert.deepEqual(error.detail, { exp: NOW - 6, now: NOW, clockSkew: 5 });
  assert.deepEqual(error.seen, {
    ...issuer.header,
    iss: ISSUER,
    sub: `${'é'.repeat(200)}…`,
    aud: [AUDIENCE, `${'x'.repeat(200)}…`],
    client_id: 'app-1',
    jti: 'token-1',
    exp: NOW - 6,
    iat: NOW - 60,
  });
});

test('no error repeats the token, its signature or a claim that is not listed', async () => {
  const token = tokenOf(issuer, { exp: NOW - 6, email: 'private@example.com' });
  const error = await refuses(issuer.verifier, token, 'token_expired');
  const all = `${error.stack}${JSON.stringify({ ...error })}`;
  for (const part of [...token.split('.'), 'private@example.com']) assert.ok(!all.includes(part));
});

test('the skew of the issuer counts, up to a minute', async () => {
  const patient = await makeIssuer('ES256', { clockSkew: 60 });
  await patient.verifier.verify(tokenOf(patient, { exp: NOW - 59 }), EXPECTED);
  await patient.verifier.verify(tokenOf(patient, { nbf: NOW + 60 }), EXPECTED);
  await refuses(patient.verifier, tokenOf(patient, { exp: NOW - 60 }), 'token_expired');
  const exact = await makeIssuer('ES256', { clockSkew: 0 });
  await refuses(exact.verifier, tokenOf(exact, { exp: NOW }), 'token_expired');
  await exact.verifier.verify(tokenOf(exact, { exp: NOW + 1, nbf: NOW, iat: NOW }), EXPECTED);
});

test('each issuer has its own keys, algorithms and name', async () => {
  const rsa = await makeIssuer('RS256');
  const verifier = createVerifier({
    clock: () => NOW,
    issuers: [
      {
        name: 'ec',
        issuer: ISSUER,
        algorithms: ['ES256'],
        keys: await jwksKeys({ keys: [issuer.publicJwk] }, { algorithms: ['ES256'] }),
      },
      {
        name: 'rsa',
        issuer: 'https://rsa.example',
        algorithms: ['RS256'],
        keys: await jwksKeys({ keys: [rsa.publicJwk] }, { algorithms: ['RS256'] }),
      },
    ],
  });
  assert.equal((await verifier.verify(tokenOf(issuer), EXPECTED)).issuerName, 'ec');
  const partner = tokenOf(rsa, { iss: 'https://rsa.example' });
  assert.equal((await verifier.verify(partner, EXPECTED)).issuerName, 'rsa');
  await refuses(verifier, partner, 'issuer_not_allowed', { ...EXPECTED, issuers: new Set(['ec']) });
  await refuses(verifier, tokenOf(rsa), 'alg_not_allowed');
});

test('works by the clock of the machine unless told otherwise', async () => {
  const keys = await jwksKeys({ keys: [issuer.publicJwk] }, { algorithms: ['ES256'] });
  const verifier = createVerifier({ issuers: [{ issuer: ISSUER, algorithms: ['ES256'], keys }] });
  const now = Date.now() / 1000;
  await verifier.verify(tokenOf(issuer, { iat: now, exp: now + 60 }), EXPECTED);
  await refuses(verifier, tokenOf(issuer, { iat: now - 100, exp: now - 60 }), 'token_expired');
});

test('knows an algorithm by its exact name', () => {
  assert.ok(ALGORITHMS.every(isAlgorithm));
  assert.equal(ALGORITHMS.length, 17);
  for (const name of ['none', 'es256', 'ES256K', 'toString', '__proto__', '', 1, null])
    assert.equal(isAlgorithm(name), false);
});
