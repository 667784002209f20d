import { CompactSign, importJWK, type JWK } from 'jose';
import { KeyError } from '../errors.ts';
import { factsOf, isAlgorithm, isSymmetric } from '../jwa/algorithms.ts';
import type { JsonObject } from '../jws/strict-json.ts';

/** A private JWK, or the bytes of a shared secret. */
export type ComposingKey = Readonly<JsonObject> | Uint8Array<ArrayBuffer>;

/**
 * Signs whatever header and payload somebody wants to try out (RFC 7515 section 5.1), in compact serialisation. Unlike
 * `sign` it takes any header, any payload and weak keys: for tokens to test with, never for tokens to give out.
 *
 * @param header its `alg` decides; members that `crit` lists are signed as they are
 * @param payload as bytes, signed exactly so
 * @throws {KeyError} when the key cannot sign with the alg of the header
 */
export async function compose(
  header: Readonly<JsonObject>,
  payload: Uint8Array,
  key: ComposingKey,
): Promise<string> {
  const { alg, crit } = header;
  if (!isAlgorithm(alg)) throw new KeyError('key_alg', { about: 'the header names no known algorithm' });
  const extensions: readonly unknown[] = Array.isArray(crit) ? crit : [];
  const understood = Object.fromEntries(extensions.map((name) => [String(name), true]));
  return new CompactSign(payload)
    .setProtectedHeader({ ...header, alg })
    .sign(await signingKey(key, alg), { crit: understood });
}

async function signingKey(key: ComposingKey, alg: string): Promise<CryptoKey> {
  if (!isAlgorithm(alg)) throw new KeyError('key_alg');
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
  return imported;
}

async function hmacKey(secret: Uint8Array<ArrayBuffer>, alg: string): Promise<CryptoKey> {
  const hash = isAlgorithm(alg) && isSymmetric(alg) ? factsOf(alg).hash : undefined;
  if (hash === undefined) throw new KeyError('key_type', { about: `${alg} needs a private key` });
  if (secret.length === 0) throw new KeyError('secret_too_short', { about: 'it is empty' });
  return crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash }, false, ['sign']);
}
