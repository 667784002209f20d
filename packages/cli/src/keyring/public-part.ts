import { createPrivateKey, createPublicKey, type KeyObject, type webcrypto } from 'node:crypto';
import type { PrivateJwk } from '@portcullis/token';

/**
 * The public half of a key as a JWK. The crypto library derives it, so that no private member can slip through a list
 * of names to leave out.
 */
export function publicJwk(key: PrivateJwk): webcrypto.JsonWebKey & { kid: string; alg: string; use: 'sig' } {
  return { ...publicKey(key).export({ format: 'jwk' }), kid: key.kid, alg: key.alg, use: 'sig' };
}

/** The public half as SPKI PEM (RFC 7468 §13). */
export function publicPem(key: PrivateJwk): string {
  return publicKey(key).export({ format: 'pem', type: 'spki' }).toString();
}

/** The private key as PKCS #8 PEM (RFC 7468 §10). */
export function privatePem(key: PrivateJwk): string {
  return privateKey(key).export({ format: 'pem', type: 'pkcs8' }).toString();
}

function publicKey(key: PrivateJwk): KeyObject {
  return createPublicKey(privateKey(key));
}

function privateKey(key: PrivateJwk): KeyObject {
  return createPrivateKey({ key, format: 'jwk' });
}
