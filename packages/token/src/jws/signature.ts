import { compactVerify, errors } from 'jose';
import type { VerificationKey } from '../jwk/verification-key.ts';

/** True when this key made the signature of the token (RFC 7515 section 5.2, steps 7 and 8). */
export async function signedBy(token: string, key: VerificationKey): Promise<boolean> {
  if (!hasFullLength(token, key)) return false;
  try {
    await compactVerify(token, key.cryptoKey, { algorithms: [key.alg] });
    return true;
  } catch (error) {
    // Whatever jose finds wrong with a token, it was not signed by this key.
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}

/**
 * An RSA signature is as long as the modulus (RFC 8017 sections 8.1.2 and 8.2.2, step 1). OpenSSL takes PSS signatures
 * without their leading zeros as well, which would give one token two names.
 */
function hasFullLength(token: string, { cryptoKey }: VerificationKey): boolean {
  const facts: KeyAlgorithm & { modulusLength?: unknown } = cryptoKey.algorithm;
  if (typeof facts.modulusLength !== 'number') return true;
  const characters = token.length - token.lastIndexOf('.') - 1;
  return Math.floor((characters * 6) / 8) === Math.ceil(facts.modulusLength / 8);
}
