/**
 * How our packages judge a JWE over any text. Our verifier opens nested tokens only, and the published vectors are none:
 * their header lacks `cty: JWT`, which is the last thing that is asked of a form. So this passes over that one refusal
 * and decrypts with what the verifier would have used: the same keys, the same way.
 */
import {
  CONTENT_ENCRYPTIONS,
  type ContentEncryption,
  decryptionKeys,
  isEncrypted,
  KEY_MANAGEMENT_ALGORITHMS,
  type KeyManagementAlgorithm,
  TokenError,
} from '@portcullis/token';
import { decodeProtectedHeader } from 'jose';
import { isContentEncryption, isKeyManagementAlgorithm } from '../../packages/token/src/jwe/algorithms.ts';
import { readEncrypted } from '../../packages/token/src/jwe/compact.ts';
import { decryptedBy } from '../../packages/token/src/jwe/decrypt.ts';
import { type Verdict, verdictOf } from './verdict.ts';

interface EncryptedForm {
  readonly alg: KeyManagementAlgorithm;
  readonly enc: ContentEncryption;
  readonly kid: string | undefined;
}

export function jweVerdict(jwk: unknown, jwe: string): Promise<Verdict> {
  return verdictOf(async () => {
    const keys = await decryptionKeys(
      { keys: [jwk] },
      { algorithms: KEY_MANAGEMENT_ALGORITHMS, encryptions: CONTENT_ENCRYPTIONS },
    );
    const { alg, enc, kid } = formOf(jwe);
    const candidates = await keys.find(alg, enc, kid);
    if (candidates.length === 0) throw new TokenError('decryption_key_unknown');
    for (const key of candidates) {
      const content = await decryptedBy({ text: jwe, enc }, key);
      if (content !== undefined) return content;
    }
    throw new TokenError('decryption_failed');
  });
}

function formOf(jwe: string): EncryptedForm {
  if (!isEncrypted(jwe)) throw new TokenError('token_malformed');
  try {
    return readEncrypted(jwe);
  } catch (error) {
    if (!(error instanceof TokenError) || error.detail['reason'] !== 'cty is not JWT') throw error;
  }
  const { alg, enc, kid } = decodeProtectedHeader(jwe);
  if (!isKeyManagementAlgorithm(alg) || !isContentEncryption(enc))
    throw new TokenError('encryption_unsupported');
  return { alg, enc, kid };
}
