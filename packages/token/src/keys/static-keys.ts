import { KeyError, TokenError } from '../errors.ts';
import type { Algorithm } from '../jwa/algorithms.ts';
import { inspectPublicJwk } from '../jwk/key-policy.ts';
import { readSecret } from '../jwk/secret-policy.ts';
import { importPem, importPublicJwk, importSecret, type VerificationKey } from '../jwk/verification-key.ts';
import { readPublicKeyAlgorithms, readSecretAlgorithms } from './algorithm-list.ts';
import { KeyRing } from './key-ring.ts';
import { MOST_KEYS, readKeySet } from './key-set.ts';
import { type KeySource, MOST_CANDIDATES } from './key-source.ts';
import { readPemBlocks } from './pem-blocks.ts';

export interface StaticKeysOptions {
  /** The algorithms that the keys may serve: the same as those of the issuer. */
  readonly algorithms: readonly Algorithm[];
}

/**
 * A JSON Web Key Set (RFC 7517 section 5) given as data. Every key must be fit for use.
 *
 * @throws {KeyError} for any key that is private, symmetric, weak, of the wrong use or for another algorithm
 * @throws {PolicyError} when the algorithms are missing or HMAC
 */
export async function jwksKeys(jwks: unknown, options: StaticKeysOptions): Promise<KeySource> {
  const algorithms = readPublicKeyAlgorithms(options.algorithms, 'jwksKeys');
  const keys: VerificationKey[] = [];
  for (const jwk of readKeySet(jwks, MOST_KEYS))
    keys.push(...(await importPublicJwk(inspectPublicJwk(jwk, algorithms))));
  return staticKeys(keys, algorithms);
}

/**
 * Public keys in PEM: SPKI (`PUBLIC KEY`) or X.509 (`CERTIFICATE`), one block or more. Each certificate listed is
 * trusted for its key only: its dates, names and chain are not looked at, so list no certificate of an authority.
 * Without `kid`, a token may carry any kid.
 *
 * @throws {KeyError} for text without a key, a private key, a weak key, or one that fits no algorithm
 * @throws {PolicyError} when the algorithms are missing or HMAC
 */
export async function pemKeys(
  pem: string,
  options: StaticKeysOptions & { readonly kid?: string },
): Promise<KeySource> {
  const algorithms = readPublicKeyAlgorithms(options.algorithms, 'pemKeys');
  const keys: VerificationKey[] = [];
  for (const block of readPemBlocks(pem)) keys.push(...(await importPem(block, algorithms, options.kid)));
  return staticKeys(keys, algorithms);
}

/**
 * Shared secrets for HMAC, as UTF-8 text or `base64url:…`; all of them verify, so that they can be rotated. The
 * kid of a token is ignored.
 *
 * @throws {KeyError} for a secret shorter than the hash, well known, repeating, or really a public key
 * @throws {PolicyError} when the algorithms are missing or not HMAC
 */
export async function secretKeys(secrets: readonly string[], options: StaticKeysOptions): Promise<KeySource> {
  const algorithms = readSecretAlgorithms(options.algorithms, 'secretKeys');
  if (!Array.isArray(secrets) || secrets.length === 0) throw new KeyError('key_set_empty');
  if (secrets.length > MOST_CANDIDATES) throw new KeyError('key_set_too_large');
  const keys: VerificationKey[] = [];
  for (const [at, secret] of secrets.entries()) {
    const place = `secret ${at + 1}`;
    keys.push(...(await importSecret(readSecret(secret, algorithms, place), algorithms, place)));
  }
  return staticKeys(keys, algorithms);
}

/** A source of keys that are at hand and stay as they are. */
export function staticKeys(keys: readonly VerificationKey[], algorithms: readonly Algorithm[]): KeySource {
  const ring = new KeyRing(keys);
  const loadedAt = Date.now() / 1000;
  return {
    algorithms,
    find(alg, kid) {
      const found = ring.find(alg, kid);
      if (found.length === 0) throw new TokenError('kid_unknown');
      return found;
    },
    trusts: (key) => ring.has(key),
    ready: () => Promise.resolve(true),
    status: () => ({ keys: keys.length, loadedAt, stale: false, skipped: 0, lastError: null }),
    close: () => undefined,
  };
}
