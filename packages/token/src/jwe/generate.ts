import { base64url, calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { PolicyError } from '../errors.ts';
import {
  type ContentEncryption,
  isContentEncryption,
  isKeyManagementAlgorithm,
  type KeyManagementAlgorithm,
  sharedKeyBytes,
} from './algorithms.ts';
import type { EncryptionJwk } from './encrypt.ts';

/** A key of ours that tokens are encrypted to. Keep it as you keep a password. */
export interface DecryptionJwk extends EncryptionJwk {
  readonly d?: string;
  readonly p?: string;
  readonly q?: string;
  readonly dp?: string;
  readonly dq?: string;
  readonly qi?: string;
}

/**
 * Makes a key for encrypted tokens: an RSA pair of 2048 bits, a P-256 pair, or for `dir` and `A*KW` a shared key, which
 * both halves are then. Both say `alg`, `use: enc` and `kid`, the RFC 7638 thumbprint.
 *
 * @param enc decides how long a key for `dir` is
 * @throws {PolicyError} `encryption_unknown`
 */
export async function generateEncryptionKey(
  alg: KeyManagementAlgorithm,
  enc: ContentEncryption,
): Promise<{ privateJwk: DecryptionJwk; publicJwk: EncryptionJwk }> {
  if (!isKeyManagementAlgorithm(alg) || !isContentEncryption(enc))
    throw new PolicyError('encryption_unknown', 'generateEncryptionKey');
  const bytes = sharedKeyBytes(alg, enc);
  if (bytes !== undefined) {
    const shared = { kty: 'oct', k: base64url.encode(crypto.getRandomValues(new Uint8Array(bytes))) };
    const jwk = { ...shared, kid: await calculateJwkThumbprint(shared), alg, use: 'enc' };
    return { privateJwk: jwk, publicJwk: jwk };
  }
  const pair = await generateKeyPair(alg, { extractable: true });
  const { kty = '', crv, x, y, n, e } = await exportJWK(pair.publicKey);
  const { d, p, q, dp, dq, qi } = await exportJWK(pair.privateKey);
  const known = { kty, crv, x, y, n, e };
  const publicJwk = {
    ...defined(known),
    kty,
    kid: await calculateJwkThumbprint(defined(known)),
    alg,
    use: 'enc',
  };
  return { privateJwk: { ...publicJwk, ...defined({ d, p, q, dp, dq, qi }) }, publicJwk };
}

function defined(members: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(members)) if (value !== undefined) kept[name] = value;
  return kept;
}
