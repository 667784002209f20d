import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Algorithm, jwksKeys, type KeySource } from '../index.ts';
import { forge, signerOf } from '../testing/forge.ts';
import { EXPECTED, goodClaims, makeIssuer, refuses, tokenOf, verifierFor } from '../testing/issuer.ts';

const rsa = await makeIssuer('RS256');

/** A key source that answers every question for an algorithm with the keys of one and the same. */
function answering(inner: KeySource, always: Algorithm, algorithms: readonly Algorithm[]): KeySource {
  return { ...inner, algorithms, find: (_alg, kid) => inner.find(always, kid) };
}

test('a key is used for its own algorithm only, whatever its source says (RFC 8725 section 3.1)', async () => {
  const algorithms: Algorithm[] = ['RS256', 'PS256', 'RS512'];
  const keys = answering(
    await jwksKeys({ keys: [rsa.publicJwk] }, { algorithms: ['RS256'] }),
    'RS256',
    algorithms,
  );
  const verifier = await verifierFor([], { algorithms, keys });
  for (const alg of ['PS256', 'RS512'] as const) {
    const token = forge({ ...rsa.header, alg }, goodClaims(), signerOf(rsa.privateJwk, alg));
    const error = await refuses(verifier, token, 'signature_invalid');
    assert.equal(error.detail['keysTried'], 1);
  }
  await verifier.verify(tokenOf(rsa), EXPECTED);
});
