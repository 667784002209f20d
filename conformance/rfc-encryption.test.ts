/** Encrypted texts printed in RFC 7516 appendix A and RFC 7520 section 5: those whose algorithms we take, and one not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
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
