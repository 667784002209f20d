import { compactVerify, errors } from 'jose';
import type { VerificationKey } from '../jwk/verification-key.ts';

/** True when this key made the signature of the token (RFC 7515 section 5.2, steps 7 and 8). */
export async function signedBy(token: string, key: VerificationKey): Promise<boolean> {
  try {
    await compactVerify(token, key.cryptoKey, { algorithms: [key.alg] });
    return true;
  } catch (error) {
    // Whatever jose finds wrong with a token, it was not signed by this key.
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}
