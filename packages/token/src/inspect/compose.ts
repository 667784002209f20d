import { base64url, importJWK, type JWK } from 'jose';
import { KeyError } from '../errors.ts';
import { type Algorithm, factsOf, isAlgorithm, isSymmetric } from '../jwa/algorithms.ts';
import type { JsonObject } from '../jws/strict-json.ts';

/** A private JWK, or the bytes of a shared secret. */
export type ComposingKey = Readonly<JsonObject> | Uint8Array<ArrayBuffer>;

/**
 * Signs whatever header and payload somebody wants to try out (RFC 7515 section 5.1), in compact serialisation. Unlike
 * `sign` it takes any header, any payload and weak keys: for tokens to test with, never for tokens to give out.
 *
 * @param alg what to sign with; the header may say anything
 * @param header as text, signed exactly so, with its duplicates and spellings
 * @param payload as bytes, signed exactly so
 * @throws {KeyError} when the key cannot sign with this alg
 */
export async function compose(
  alg: unknown,
  header: string,
  payload: Uint8Array,
  key: ComposingKey,
): Promise<string> {
  if (!isAlgorithm(alg)) throw new KeyError('key_alg', { about: 'no known algorithm' });
  const signed = `${base64url.encode(header)}.${base64url.encode(payload)}`;
  const signature = await crypto.subtle.sign(
    signatureParameters(alg),
    await signingKey(key, alg),
    new TextEncoder().encode(signed),
  );
  return `${signed}.${base64url.encode(new Uint8Array(signature))}`;
}

/** What WebCrypto is asked for (RFC 7518 section 3: a PSS salt is as long as the hash). */
function signatureParameters(alg: Algorithm): AlgorithmIdentifier | EcdsaParams | RsaPssParams {
  const { family, hash = '' } = factsOf(alg);
  switch (family) {
    case 'HMAC':
      return { name: 'HMAC' };
    case 'RSA':
      return { name: 'RSASSA-PKCS1-v1_5' };
    case 'RSA-PSS':
      return { name: 'RSA-PSS', saltLength: Number(hash.slice(-3)) / 8 };
    case 'ECDSA':
      return { name: 'ECDSA', hash };
    case 'EdDSA':
      return { name: 'Ed25519' };
    case 'ML-DSA':
      return { name: alg };
  }
}

async function signingKey(key: ComposingKey, alg: Algorithm): Promise<CryptoKey> {
  if (key instanceof Uint8Array) return hmacKey(key, alg);
  if (key['kty'] === 'oct') throw new KeyError('key_symmetric', { about: 'give the secret itself' });
  if (isSymmetric(alg)) throw new KeyError('key_type', { about: `${alg} needs a shared secret` });
  const { kty, crv } = factsOf(alg);
  if (key['kty'] !== kty || (crv !== undefined && key['crv'] !== crv)) {
    throw new KeyError('key_type', { about: `${alg} needs ${crv ?? kty}` });
  }
  const { use: _use, key_ops: _operations, alg: own, ...rest } = key;
  // An AKP key is nothing without its alg (RFC 9964); any other signs with the alg that was asked for.
  const jwk: JWK = { ...rest, kty, ...(kty === 'AKP' && typeof own === 'string' && { alg: own }) };
  let imported: CryptoKey | Uint8Array;
  try {
    imported = await importJWK(jwk, alg, { extractable: false });
  } catch {
    throw new KeyError('key_malformed');
  }
  if (!(imported instanceof CryptoKey) || imported.type !== 'private') {
    throw new KeyError('key_malformed', { about: 'not a private key' });
  }
  if (kty === 'AKP' && imported.algorithm.name !== alg) throw new KeyError('key_alg');
  return imported;
}

async function hmacKey(secret: Uint8Array<ArrayBuffer>, alg: Algorithm): Promise<CryptoKey> {
  const hash = isSymmetric(alg) ? factsOf(alg).hash : undefined;
  if (hash === undefined) throw new KeyError('key_type', { about: `${alg} needs a private key` });
  if (secret.length === 0) throw new KeyError('secret_too_short', { about: 'it is empty' });
  return crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash }, false, ['sign']);
}
