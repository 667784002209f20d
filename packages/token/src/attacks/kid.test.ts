import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forge, hmacSigner } from '../testing/forge.ts';
import { EXPECTED, goodClaims, makeIssuer, refuses } from '../testing/issuer.ts';

const issuer = await makeIssuer('ES256');

const TRICKS = [
  '../../../../../../dev/null',
  '/dev/null',
  '/proc/sys/kernel/randomize_va_space',
  'file:///etc/passwd',
  'http://127.0.0.1:1/key',
  "' UNION SELECT 'c2VjcmV0' -- ",
  '1; DROP TABLE keys',
  '| /bin/sleep 1',
  '$(id)',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '\0',
  '',
  'k'.repeat(2500),
  `${issuer.header.kid} `,
  issuer.header.kid.toUpperCase(),
  issuer.header.kid.slice(0, -1),
];

for (const kid of TRICKS) {
  test(`looks up the kid ${JSON.stringify(kid.slice(0, 40))} as a name and nothing else`, async () => {
    const genuine = forge({ ...issuer.header, kid }, goodClaims(), issuer.signer);
    const error = await refuses(issuer.verifier, genuine, 'kid_unknown');
    assert.ok(String(error.seen['kid']).length <= 201);
    await refuses(
      issuer.verifier,
      forge({ ...issuer.header, kid }, goodClaims(), hmacSigner('')),
      'kid_unknown',
    );
  });
}

for (const kid of [1, null, true, ['a'], { a: 1 }, [issuer.header.kid]]) {
  test(`refuses the kid ${JSON.stringify(kid)}, which is not text`, async () => {
    await refuses(
      issuer.verifier,
      forge({ ...issuer.header, kid }, goodClaims(), issuer.signer),
      'header_malformed',
    );
  });
}

test('a token without kid is tried against the keys of its algorithm', async () => {
  const { kid: _kid, ...header } = issuer.header;
  const { header: shown } = await issuer.verifier.verify(
    forge(header, goodClaims(), issuer.signer),
    EXPECTED,
  );
  assert.equal('kid' in shown, false);
});
