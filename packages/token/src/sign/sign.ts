import { CompactSign, importJWK } from 'jose';
import { KeyError } from '../errors.ts';
import { isAlgorithm, isSymmetric } from '../jwa/algorithms.ts';
import type { PrivateJwk } from '../jwk/jwk.ts';
import { checkRsa } from '../jwk/key-policy.ts';
import type { JwtClaims } from '../verifier/types.ts';

export interface SignOptions {
  readonly key: PrivateJwk;
  /** The `typ` of the header. Default `at+jwt` (RFC 9068 section 2.1). */
  readonly typ?: string;
}

/**
 * Signs claims as they are into a JWT (RFC 7519 section 7.1); it adds no times and no issuer. The header holds
 * alg, typ and kid.
 *
 * @throws {KeyError} for a key that is not private, or too weak, or without a known alg
 */
export async function sign(claims: Readonly<JwtClaims>, options: SignOptions): Promise<string> {
  const { key, typ = 'at+jwt' } = options;
  const kid = key.kid;
  if (!isAlgorithm(key.alg)) throw new KeyError('key_alg', { kid });
  if (isSymmetric(key.alg)) throw new KeyError('key_symmetric', { kid });
  const { use: _use, ...jwk } = key;
  const cryptoKey = await imported(jwk, key.alg, kid);
  checkRsa(cryptoKey, jwk.n, { kid });
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: key.alg, typ, kid })
    .sign(cryptoKey);
}

async function imported(jwk: Omit<PrivateJwk, 'use'>, alg: string, kid: string): Promise<CryptoKey> {
  let key: CryptoKey | Uint8Array;
  try {
    key = await importJWK({ ...jwk }, alg, { extractable: false });
  } catch {
    throw new KeyError('key_malformed', { kid });
  }
  if (key instanceof Uint8Array) throw new KeyError('key_symmetric', { kid });
  if (key.type !== 'private') throw new KeyError('key_malformed', { kid, about: 'not a private key' });
  return key;
}
