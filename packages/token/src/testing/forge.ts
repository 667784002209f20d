import { constants, createHmac, createPrivateKey, sign as signBytes } from 'node:crypto';
import type { PrivateJwk } from '../index.ts';

/** Makes tokens by hand with node:crypto, right or wrong in any way, so that no test trusts the code it tests. */
export type Signer = (input: string) => Uint8Array;

/** base64url of text, bytes or JSON. */
export function segment(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64url');
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

/** A compact token; `header` and `payload` may be objects, raw JSON text or bytes. */
export function forge(header: unknown, payload: unknown, signer: Signer): string {
  const input = `${segment(header)}.${segment(payload)}`;
  return `${input}.${segment(signer(input))}`;
}

/** Signs with a private JWK as the named algorithm says (RFC 7518, RFC 8037). */
export function signerOf(jwk: PrivateJwk, alg: string = jwk.alg): Signer {
  const key = createPrivateKey({ key: { ...jwk }, format: 'jwk' });
  const hash = /^(EdDSA|Ed25519|ML-DSA-)/.test(alg) ? null : `sha${alg.slice(2)}`;
  const padding = alg.startsWith('PS')
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : {};
  return (input) => signBytes(hash, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363', ...padding });
}

/** Signs with HMAC under any bytes at all. */
export function hmacSigner(secret: Uint8Array | string, alg = 'HS256'): Signer {
  return (input) =>
    createHmac(`sha${alg.slice(2)}`, secret)
      .update(input)
      .digest();
}
