import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import { createVerifier, jwksKeys, KeyError, PolicyError, pemKeys, secretKeys } from '../index.ts';
import { forge, hmacSigner, signerOf } from '../testing/forge.ts';
import { EXPECTED, goodClaims, ISSUER, makeIssuer, NOW, refuses, verifierFor } from '../testing/issuer.ts';

const rsa = await makeIssuer('RS256');
const ec = await makeIssuer('ES256');
const ed = await makeIssuer('EdDSA');

function everySpelling(jwk: object): [string, Uint8Array | string][] {
  const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
  const pem = String(key.export({ type: 'spki', format: 'pem' }));
  const der = key.export({ type: 'spki', format: 'der' });
  const exported = key.export({ format: 'jwk' });
  const spellings: [string, Uint8Array | string][] = [
    ['PEM', pem],
    ['PEM without its last newline', pem.trimEnd()],
    ['PEM with CRLF', pem.replaceAll('\n', '\r\n')],
    ['PEM on one line', pem.replaceAll('\n', '')],
    ['PEM with literal \\n', pem.replaceAll('\n', '\\n')],
    ['PEM with two newlines', `${pem}\n`],
    ['PEM body', pem.split('\n').slice(1, -2).join('')],
    ['PEM body in lines', pem.split('\n').slice(1, -2).join('\n')],
    ['PEM as base64', Buffer.from(pem).toString('base64')],
    ['DER', der],
    ['DER as base64', der.toString('base64')],
    ['DER as base64url', der.toString('base64url')],
    ['DER as hex', der.toString('hex')],
    ['JWK', JSON.stringify(jwk)],
    ['JWK, indented', JSON.stringify(jwk, null, 2)],
    ['JWK, public members only', JSON.stringify(exported)],
    ['JWKS', JSON.stringify({ keys: [jwk] })],
    ['nothing', ''],
    ['one zero byte', new Uint8Array(1)],
  ];
  if (key.asymmetricKeyType === 'rsa') {
    const pkcs1 = String(key.export({ type: 'pkcs1', format: 'pem' }));
    spellings.push(['PKCS#1 PEM', pkcs1], ['PKCS#1 PEM, trimmed', pkcs1.trimEnd()]);
    spellings.push(['PKCS#1 DER', key.export({ type: 'pkcs1', format: 'der' })]);
  }
  for (const [name, value] of Object.entries(exported)) {
    if (typeof value !== 'string' || name === 'kty') continue;
    spellings.push([`member ${name} as text`, value], [`bytes of ${name}`, Buffer.from(value, 'base64url')]);
  }
  return spellings;
}

for (const issuer of [rsa, ec, ed]) {
  for (const [name, secret] of everySpelling(issuer.publicJwk)) {
    for (const alg of ['HS256', 'HS384', 'HS512']) {
      test(`refuses ${alg} signed with the public ${issuer.alg} key as secret: ${name}`, async () => {
        const token = forge({ ...issuer.header, alg }, goodClaims(), hmacSigner(secret, alg));
        await refuses(issuer.verifier, token, 'alg_not_allowed');
      });
    }
    test(`refuses an HMAC under the public key that calls itself ${issuer.alg}: ${name}`, async () => {
      const token = forge(issuer.header, goodClaims(), hmacSigner(secret));
      await refuses(issuer.verifier, token, 'signature_invalid');
    });
  }
}

test('refuses to take a public key as an HMAC secret', async () => {
  const rejected = (spelling: string) =>
    assert.rejects(
      secretKeys([spelling], { algorithms: ['HS256'] }),
      (error) => error instanceof KeyError && error.code === 'secret_is_public_key',
    );
  const key = createPublicKey({ key: { ...rsa.publicJwk }, format: 'jwk' });
  await rejected(String(key.export({ type: 'spki', format: 'pem' })));
  await rejected(String(key.export({ type: 'pkcs1', format: 'pem' })).trimEnd());
  await rejected(JSON.stringify(rsa.publicJwk));
  await rejected(`base64url:${key.export({ type: 'spki', format: 'der' }).toString('base64url')}`);
});

test('refuses to take a public key as an HMAC secret when it is spelled in base64 or hex', async () => {
  for (const { alg, publicJwk } of [rsa, ec, ed]) {
    const key = createPublicKey({ key: { ...publicJwk }, format: 'jwk' });
    const der = key.export({ type: 'spki', format: 'der' });
    const lines = der.toString('base64').replaceAll(/.{64}/g, '$&\n');
    for (const secret of [der.toString('base64'), der.toString('base64url'), der.toString('hex'), lines]) {
      await assert.rejects(
        secretKeys([secret], { algorithms: ['HS256'] }),
        (error) => error instanceof KeyError && error.code === 'secret_is_public_key',
        `${alg} ${secret}`,
      );
    }
  }
  // A secret that begins like a key, but is none.
  const secret = 'MIIBIjANBgkqhkiGhXq3vRz81mTkJ7c2QwLp';
  await secretKeys([secret], { algorithms: ['HS256'] });
});

test('refuses HMAC and public key algorithms in one policy', async () => {
  const keys = await jwksKeys({ keys: [rsa.publicJwk] }, { algorithms: ['RS256'] });
  assert.throws(
    () => createVerifier({ issuers: [{ issuer: ISSUER, algorithms: ['RS256', 'HS256'], keys }] }),
    (error) => error instanceof PolicyError && error.code === 'algorithms_mixed',
  );
  for (const source of [
    jwksKeys({ keys: [rsa.publicJwk] }, { algorithms: ['HS256'] }),
    pemKeys('', { algorithms: ['HS256'] }),
    secretKeys(['x'.repeat(64)], { algorithms: ['RS256'] }),
  ]) {
    await assert.rejects(
      source,
      (error) => error instanceof PolicyError && error.code === 'algorithms_unfit',
    );
  }
});

test('refuses a symmetric key in a key set', async () => {
  await assert.rejects(
    jwksKeys({ keys: [{ kty: 'oct', k: 'A'.repeat(43), alg: 'RS256' }] }, { algorithms: ['RS256'] }),
    (error) => error instanceof KeyError && error.code === 'key_symmetric',
  );
});

test('keeps PS256 and RS256 apart under one RSA key', async () => {
  const { alg: _alg, ...open } = rsa.publicJwk;
  const onlyPss = await verifierFor([open], { algorithms: ['PS256'] });
  const both = await verifierFor([open], { algorithms: ['PS256', 'RS256'] });
  const rs = forge(rsa.header, goodClaims(), rsa.signer);
  const ps = forge({ ...rsa.header, alg: 'PS256' }, goodClaims(), signerOf(rsa.privateJwk, 'PS256'));
  await refuses(onlyPss, rs, 'alg_not_allowed');
  await onlyPss.verify(ps, EXPECTED);
  await both.verify(rs, EXPECTED);
  await both.verify(ps, EXPECTED);
  await refuses(both, forge({ ...rsa.header, alg: 'PS256' }, goodClaims(), rsa.signer), 'signature_invalid');
  await refuses(
    both,
    forge(rsa.header, goodClaims(), signerOf(rsa.privateJwk, 'PS256')),
    'signature_invalid',
  );
});

test('refuses an RSA key that says RS256 for PS256', async () => {
  await assert.rejects(
    jwksKeys({ keys: [rsa.publicJwk] }, { algorithms: ['PS256'] }),
    (error) => error instanceof KeyError && error.code === 'key_alg',
  );
});

test('never verifies ES256 with a P-384 key', async () => {
  const p384 = await makeIssuer('ES384');
  const { alg: _alg, ...open } = p384.publicJwk;
  await assert.rejects(
    jwksKeys({ keys: [open] }, { algorithms: ['ES256'] }),
    (error) => error instanceof KeyError && error.code === 'key_type',
  );
  const both = await verifierFor([open], { algorithms: ['ES256', 'ES384'] });
  const sha256 = signerOf(p384.privateJwk, 'ES256');
  await refuses(both, forge({ ...p384.header, alg: 'ES256' }, goodClaims(), sha256), 'kid_unknown');
  await refuses(both, forge({ ...p384.header, alg: 'ES384' }, goodClaims(), sha256), 'signature_invalid');
  await both.verify(forge(p384.header, goodClaims(), p384.signer), EXPECTED);
});

test('never verifies a token with another issuer’s key', async () => {
  const other = await makeIssuer('ES256');
  const source = (key: object) => jwksKeys({ keys: [key] }, { algorithms: ['ES256'] });
  const verifier = createVerifier({
    issuers: [
      { issuer: ISSUER, algorithms: ['ES256'], keys: await source(ec.publicJwk) },
      { issuer: 'https://other.example', algorithms: ['ES256'], keys: await source(other.publicJwk) },
    ],
    clock: () => NOW,
  });
  const claims = goodClaims();
  await refuses(verifier, forge(other.header, claims, other.signer), 'kid_unknown');
  await refuses(
    verifier,
    forge({ ...other.header, kid: ec.header.kid }, claims, other.signer),
    'signature_invalid',
  );
  const { kid: _kid, ...nameless } = other.header;
  await refuses(verifier, forge(nameless, claims, other.signer), 'signature_invalid');
});
