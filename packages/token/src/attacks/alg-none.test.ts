import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forge, segment } from '../testing/forge.ts';
import { EXPECTED, goodClaims, makeIssuer, refuses } from '../testing/issuer.ts';

const issuer = await makeIssuer('ES256');

/** Every way to write none in capitals and small letters. */
function spellings(): string[] {
  return Array.from({ length: 16 }, (_, bits) =>
    [...'none'].map((letter, at) => ((bits >> at) & 1 ? letter.toUpperCase() : letter)).join(''),
  );
}

for (const alg of [...spellings(), 'none ', ' none', 'none\0', 'nonE\n', '']) {
  test(`refuses an unsigned token whose alg is ${JSON.stringify(alg)}`, async () => {
    const header = { ...issuer.header, alg };
    const input = `${segment(header)}.${segment(goodClaims())}`;
    await refuses(issuer.verifier, `${input}.`, 'alg_unsupported');
    await refuses(issuer.verifier, `${input}.AAAA`, 'alg_unsupported');
    await refuses(issuer.verifier, input, 'token_malformed');
  });

  test(`refuses a token with a good signature whose alg is ${JSON.stringify(alg)}`, async () => {
    await refuses(
      issuer.verifier,
      forge({ ...issuer.header, alg }, goodClaims(), issuer.signer),
      'alg_unsupported',
    );
  });
}

test('refuses a signed token from which the signature was cut off', async () => {
  const token = forge(issuer.header, goodClaims(), issuer.signer);
  await issuer.verifier.verify(token, EXPECTED);
  const input = token.slice(0, token.lastIndexOf('.'));
  await refuses(issuer.verifier, `${input}.`, 'signature_invalid');
  await refuses(issuer.verifier, input, 'token_malformed');
});

for (const alg of [
  undefined,
  null,
  0,
  1,
  true,
  ['ES256'],
  { ES256: 1 },
  'es256',
  'ES256 ',
  'HS1',
  'RSA1_5',
  'dir',
  'constructor',
  '__proto__',
  'toString',
]) {
  test(`refuses the alg ${JSON.stringify(alg)}`, async () => {
    const error = await refuses(
      issuer.verifier,
      forge({ ...issuer.header, alg }, goodClaims(), issuer.signer),
      'alg_unsupported',
    );
    assert.equal(error.verified, false);
  });
}
