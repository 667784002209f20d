/** Encrypted texts printed in RFC 7516 appendix A and RFC 7520 section 5: those whose algorithms we take, and one not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flattenedDecrypt } from 'jose';
import { bent } from './bent.ts';
import { jweVerdict } from './testing/jwe-verdict.ts';
import { readEncryptionVectors } from './vector-files.ts';

for (const file of ['rfc7516', 'rfc7520-encryption']) {
  for (const { name, jwk, compact, plaintext, refused } of readEncryptionVectors(file)) {
    if (refused !== undefined) {
      test(`${file} ${name}: refused, though it decrypts`, async () => {
        assert.deepEqual(await jweVerdict(jwk, compact), { refused });
      });
      continue;
    }
    test(`${file} ${name}: decrypts, and with one bit turned it does not`, async () => {
      const verdict = await jweVerdict(jwk, compact);
      assert.ok('content' in verdict, JSON.stringify(verdict));
      assert.equal(new TextDecoder().decode(verdict.content), plaintext);
      for (const [part, text] of compact.split('.').entries()) {
        if (part > 0 && text !== '') assert.ok('refused' in (await jweVerdict(jwk, bent(compact, part))));
      }
    });
  }
}

test('a key for dir that names its content encryption as its alg, as RFC 7520 prints it, is refused', async () => {
  const vector = readEncryptionVectors('rfc7520-encryption').find(({ name }) => name.startsWith('5.6'));
  assert.ok(vector !== undefined);
  const printed = { ...vector.jwk, alg: 'A128GCM' };
  assert.deepEqual(await jweVerdict(printed, vector.compact), { refused: 'key_alg' });
});

test('JSON serialisation (RFC 7516 A.4 and A.5) is refused, though it decrypts', async () => {
  const vector = readEncryptionVectors('rfc7516').find(({ name }) => name.startsWith('A.3'));
  assert.ok(vector !== undefined);
  const [, encrypted_key = '', iv = '', ciphertext = ''] = vector.compact.split('.');
  // The key, the vector and the ciphertext are those of A.3; the tag is not, for less of the header is protected.
  const content = { iv, ciphertext, tag: 'Mz-VPPyU4RlcuYv1IwIvzw' };
  const shared = {
    protected: 'eyJlbmMiOiJBMTI4Q0JDLUhTMjU2In0',
    unprotected: { jku: 'https://server.example.com/keys.jwks' },
  };
  const recipient = { header: { alg: 'A128KW', kid: '7' }, encrypted_key };
  const flattened = { ...shared, ...recipient, ...content };
  const { plaintext } = await flattenedDecrypt(flattened, Buffer.from(String(vector.jwk['k']), 'base64url'));
  assert.equal(new TextDecoder().decode(plaintext), vector.plaintext);
  for (const form of [flattened, { ...shared, recipients: [recipient], ...content }]) {
    assert.deepEqual(await jweVerdict(vector.jwk, JSON.stringify(form)), { refused: 'token_malformed' });
  }
});
