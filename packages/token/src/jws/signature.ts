import { compactVerify, errors } from 'jose';
import type { VerificationKey } from '../jwk/verification-key.ts';
import type { CompactToken } from './compact.ts';

export type SignedText = Pick<CompactToken, 'text' | 'signature'>;

/**
 * Whether a key made the signature of a token (RFC 7515 section 5.2, steps 7 and 8). A signature that does not fit, whatever
 * is wrong with it, is false and never thrown.
 */
export type SignatureCheck = (token: SignedText, key: VerificationKey) => boolean | Promise<boolean>;

/** By jose, on WebCrypto: everywhere. In Node each check costs a way to another thread and back. */
export const checkByWebCrypto: SignatureCheck = async ({ text }, key) => {
  try {
    await compactVerify(text, key.cryptoKey, { algorithms: [key.alg] });
    return true;
  } catch (error) {
    // Whatever jose finds wrong with a token, it was not signed by this key.
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
};

/** The same by any check, after what no check may leave out. */
export function signedBy(
  token: SignedText,
  key: VerificationKey,
  check: SignatureCheck,
): boolean | Promise<boolean> {
  return hasFullLength(token, key) && check(token, key);
}

/** R and S, each as long as the order of the curve, in bytes (RFC 7518 section 3.4). */
const ECDSA_BYTES: Readonly<Record<string, number>> = { 'P-256': 64, 'P-384': 96, 'P-521': 132 };

/**
 * An RSA signature is as long as the modulus (RFC 8017 sections 8.1.2 and 8.2.2, step 1), an ECDSA signature as its curve says.
 * OpenSSL takes PSS signatures without their leading zeros as well, which would give one token two names.
 */
function hasFullLength({ signature }: SignedText, { cryptoKey }: VerificationKey): boolean {
  const facts: KeyAlgorithm & { modulusLength?: unknown; namedCurve?: unknown } = cryptoKey.algorithm;
  const bytes =
    typeof facts.modulusLength === 'number'
      ? Math.ceil(facts.modulusLength / 8)
      : ECDSA_BYTES[String(facts.namedCurve)];
  return bytes === undefined || Math.floor((signature.length * 3) / 4) === bytes;
}
