import { KeyError, PolicyError } from '../errors.ts';
import { readSecret } from '../jwk/secret-policy.ts';
import { readKeySet } from '../keys/key-set.ts';
import {
  type ContentEncryption,
  isContentEncryption,
  isKeyManagementAlgorithm,
  type KeyManagementAlgorithm,
} from './algorithms.ts';
import {
  type AllowedEncryption,
  type DecryptionKey,
  importDecryptionJwk,
  importSharedKey,
} from './decryption-key.ts';

/** Most keys of ours for one issuer: a token without kid may be tried against all of them. */
const MOST_KEYS = 4;

/** The keys that one issuer encrypts its tokens to, and how it may do so. */
export interface DecryptionKeys extends AllowedEncryption {
  /**
   * The keys that a token with this header may be encrypted to, at most 4. Synchronous when they are at hand.
   * Throws (or rejects with) TokenError `keys_unavailable`.
   */
  find(
    alg: KeyManagementAlgorithm,
    enc: ContentEncryption,
    kid: string | undefined,
  ): readonly DecryptionKey[] | Promise<readonly DecryptionKey[]>;
}

export interface DecryptionKeysOptions {
  /** The values of `alg` that are accepted; at least one. */
  readonly algorithms: readonly KeyManagementAlgorithm[];
  /** The values of `enc` that are accepted; at least one. */
  readonly encryptions: readonly ContentEncryption[];
}

/**
 * Private and shared keys of ours as a JSON Web Key Set (RFC 7517): RSA, EC, X25519 or oct, at most 4. None may be
 * marked for anything but encryption.
 *
 * @throws {KeyError} for a public key, a weak one, one for something else, or one that fits no algorithm
 * @throws {PolicyError} when the algorithms or encryptions are missing or unknown
 */
export async function decryptionKeys(jwks: unknown, options: DecryptionKeysOptions): Promise<DecryptionKeys> {
  const allowed = readAllowed(options, 'decryptionKeys');
  const set = readKeySet(jwks, MOST_KEYS);
  const keys: DecryptionKey[] = [];
  for (const jwk of set) keys.push(...(await importDecryptionJwk(jwk, allowed)));
  return keysOf(keys, allowed);
}

/**
 * Keys shared with the issuer, for `dir` and `A*KW`, as UTF-8 text or `base64url:…`; at most 4. Each must be exactly
 * as long as an algorithm needs: for `dir` the key of the content encryption, 64 bytes for A256CBC-HS512.
 *
 * @throws {KeyError} for a key of another length, or one that is well known, repeats or is really a public key
 * @throws {PolicyError} when the algorithms or encryptions are missing or unknown
 */
export async function decryptionSecrets(
  secrets: readonly string[],
  options: DecryptionKeysOptions,
): Promise<DecryptionKeys> {
  const allowed = readAllowed(options, 'decryptionSecrets');
  if (!Array.isArray(secrets) || secrets.length === 0) throw new KeyError('key_set_empty');
  if (secrets.length > MOST_KEYS) throw new KeyError('key_set_too_large');
  const keys: DecryptionKey[] = [];
  for (const [at, secret] of secrets.entries()) {
    const about = `decryption secret ${at + 1}`;
    keys.push(...(await importSharedKey(readSecret(secret, [], about), allowed, { about })));
  }
  return keysOf(keys, allowed);
}

/** Those of this very name, or else those without a name; a token without kid may mean any. */
export function meantBy(kid: string | undefined, keys: readonly DecryptionKey[]): readonly DecryptionKey[] {
  if (kid === undefined) return keys;
  const named = keys.filter((key) => key.kid === kid);
  return named.length > 0 ? named : keys.filter((key) => key.kid === undefined);
}

/** Throws {@link PolicyError} for lists that are missing, empty, or name what is not known. */
export function readAllowed(
  { algorithms, encryptions }: DecryptionKeysOptions,
  about: string,
): AllowedEncryption {
  return {
    algorithms: readList(algorithms, isKeyManagementAlgorithm, `${about}: algorithms`),
    encryptions: readList(encryptions, isContentEncryption, `${about}: encryptions`),
  };
}

function readList<T extends string>(
  value: unknown,
  isKnown: (name: unknown) => name is T,
  about: string,
): readonly T[] {
  if (!Array.isArray(value) || value.length === 0) throw new PolicyError('encryption_missing', about);
  const names = value.map((name: unknown) => {
    if (isKnown(name)) return name;
    throw new PolicyError('encryption_unknown', `${about}: ${String(name).slice(0, 40)}`);
  });
  return Object.freeze([...new Set(names)]);
}

function keysOf(keys: readonly DecryptionKey[], allowed: AllowedEncryption): DecryptionKeys {
  return Object.freeze({
    ...allowed,
    find(alg: KeyManagementAlgorithm, enc: ContentEncryption, kid: string | undefined) {
      const fitting = keys.filter((key) => key.alg === alg && key.encryptions.includes(enc));
      return meantBy(kid, fitting);
    },
  });
}
