import { CompactEncrypt, importJWK, type JWK } from 'jose';
import { KeyError, PolicyError } from '../errors.ts';
import { checkRsa, holdsPrivatePart, publicMembers } from '../jwk/key-policy.ts';
import { decodeBase64url } from '../jws/base64url.ts';
import { splitToken } from '../jws/compact.ts';
import {
  AGREEMENT_CURVES,
  type ContentEncryption,
  isContentEncryption,
  isKeyManagementAlgorithm,
  type KeyManagementAlgorithm,
  keyManagementFacts,
  sharedKeyBytes,
} from './algorithms.ts';

/** The recipient's key: a public JWK, or a shared one (`oct`). */
export interface EncryptionJwk {
  readonly kty: string;
  readonly kid?: string;
  readonly alg?: string;
  readonly use?: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
  readonly n?: string;
  readonly e?: string;
  readonly k?: string;
}

export interface EncryptOptions {
  readonly key: EncryptionJwk;
  readonly alg: KeyManagementAlgorithm;
  readonly enc: ContentEncryption;
}

/**
 * Encrypts a signed token to its recipient: a nested JWT (RFC 7519 section 5.2, RFC 7516 section 5.1). The header holds
 * alg, enc, cty and the kid of the key.
 *
 * @param token a JWT in JWS compact serialisation; what is not signed is not encrypted
 * @throws {TokenError} when `token` is not one
 * @throws {KeyError} for a key that is weak, not for encryption, or does not fit `alg`
 * @throws {PolicyError} for an algorithm or encryption that is not known
 */
export async function encrypt(token: string, { key, alg, enc }: EncryptOptions): Promise<string> {
  if (!isKeyManagementAlgorithm(alg) || !isContentEncryption(enc))
    throw new PolicyError('encryption_unknown', 'encrypt');
  splitToken(token);
  const { kid } = key;
  const header = { alg, enc, cty: 'JWT', ...(kid !== undefined && { kid }) };
  return new CompactEncrypt(new TextEncoder().encode(token))
    .setProtectedHeader(header)
    .encrypt(await recipientKey(key, alg, enc));
}

async function recipientKey(
  jwk: EncryptionJwk,
  alg: KeyManagementAlgorithm,
  enc: ContentEncryption,
): Promise<CryptoKey | Uint8Array> {
  const { kid, kty, crv } = jwk;
  // A private key has left its owner where others encrypt.
  if (holdsPrivatePart({ ...jwk })) throw new KeyError('key_private', { kid });
  if (jwk.use !== undefined && jwk.use !== 'enc') throw new KeyError('key_use', { kid });
  if (jwk.alg !== undefined && jwk.alg !== alg) throw new KeyError('key_alg', { kid });
  const curves = AGREEMENT_CURVES[kty];
  const fits = keyManagementFacts(alg).kty.some((fit) => fit === kty);
  if (!fits || (curves !== undefined && !curves.includes(crv ?? ''))) throw new KeyError('key_type', { kid });
  if (kty === 'oct') return sharedKey(jwk, sharedKeyBytes(alg, enc));
  const key = await imported(publicMembers({ ...jwk }), alg, kid);
  if (key instanceof CryptoKey) checkRsa(key, jwk.n, { kid });
  return key;
}

function sharedKey({ k, kid }: EncryptionJwk, bytes: number | undefined): Uint8Array {
  const key = decodeBase64url(k ?? '');
  if (key === undefined) throw new KeyError('key_malformed', { kid });
  if (key.length !== bytes) throw new KeyError('key_length', { kid });
  return key;
}

async function imported(jwk: JWK, alg: string, kid: string | undefined): Promise<CryptoKey | Uint8Array> {
  try {
    return await importJWK(jwk, alg, { extractable: false });
  } catch {
    throw new KeyError('key_malformed', { kid });
  }
}
