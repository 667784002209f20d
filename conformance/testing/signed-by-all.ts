import assert from 'node:assert/strict';
import { checkByOpenSsl } from '@portcullis/token/node';
import type { VerificationKey } from '../../packages/token/src/jwk/verification-key.ts';
import { checkByWebCrypto, type SignedText, signedBy } from '../../packages/token/src/jws/signature.ts';

/** Whether a key made a signature: by each way that we have to check one, and they must agree. */
export async function signedByAll(token: SignedText, key: VerificationKey): Promise<boolean> {
  const verdict = await signedBy(token, key, checkByWebCrypto);
  assert.equal(await signedBy(token, key, checkByOpenSsl), verdict, 'WebCrypto and OpenSSL disagree');
  return verdict;
}
