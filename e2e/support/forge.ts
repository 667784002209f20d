import { createHmac, createPrivateKey, KeyObject, sign } from 'node:crypto';
import type { PrivateJwk } from '@portcullis/token';
import { AUDIENCE, ISSUER } from './tokens.ts';

/** Makes the bytes of a signature over a signing input. */
export type Signer = (input: string) => Uint8Array;

/** base64url of bytes, of text as it is, or of a value as JSON. */
export function segment(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64url');
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

/** A compact token made with node:crypto alone, right or wrong in any way. */
export function forge(header: unknown, payload: unknown, signer: Signer): string {
  const input = `${segment(header)}.${segment(payload)}`;
  return `${input}.${segment(signer(input))}`;
}

/** ECDSA or RSASSA-PKCS1-v1_5 over SHA-256; ECDSA as r and s, or in DER. */
export function signer(
  key: KeyObject | PrivateJwk,
  dsaEncoding: 'ieee-p1363' | 'der' = 'ieee-p1363',
): Signer {
  const object = key instanceof KeyObject ? key : createPrivateKey({ key: { ...key }, format: 'jwk' });
  return (input) => sign('sha256', Buffer.from(input), { key: object, dsaEncoding });
}

export function hmac(secret: string | Uint8Array, hash = 'sha256'): Signer {
  return (input) => createHmac(hash, secret).update(input).digest();
}

/** Claims of a good access token, with changes; undefined takes a claim out. */
export function claims(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'alice',
    client_id: 'app',
    scope: 'read:orders',
    iat: now,
    exp: now + 300,
    jti: crypto.randomUUID(),
    ...changes,
  };
}
