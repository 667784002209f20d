import { importJWK, type JWK } from 'jose';
import { KeyError } from '../errors.ts';
import { type Algorithm, factsOf, isSymmetric } from '../jwa/algorithms.ts';
import { inspectPublicJwk, publicMembers } from '../jwk/key-policy.ts';
import { checkSecret } from '../jwk/secret-policy.ts';
import { importPublicJwk, importSecret, type VerificationKey } from '../jwk/verification-key.ts';
import { isJsonObject } from '../jws/strict-json.ts';
import { MOST_KEYS, readKeySet } from '../keys/key-set.ts';
import { type KeySource, MOST_CANDIDATES } from '../keys/key-source.ts';
import { staticKeys } from '../keys/static-keys.ts';

const SHORTEST_RSA = 2048;

export interface RefusedKey {
  /** Its place in what was given, counted from 0. */
  readonly index: number;
  /** The algorithm that it is refused for; undefined: for any. */
  readonly alg: Algorithm | undefined;
  /** Why no verifier takes it. */
  readonly error: KeyError;
}

/** Keys for looking at tokens, with what speaks against them. */
export interface LenientKeys {
  readonly source: KeySource;
  /** Also of keys that the signature is checked with all the same. */
  readonly refused: readonly RefusedKey[];
  /** Why a verifier would not use this key of the source; undefined when it would. */
  refusalOf(key: VerificationKey): KeyError | undefined;
  /** The place of a key of the source in what was given, counted from 0. */
  indexOf(key: VerificationKey): number | undefined;
}

/**
 * A key set for `examine`: keys that no verifier takes are told, and the signature is checked with them nevertheless,
 * where they can be read. A signature that was checked with a refused key proves nothing.
 *
 * @throws {KeyError} for what is no key set at all
 */
export async function lenientJwks(jwks: unknown, algorithms: readonly Algorithm[]): Promise<LenientKeys> {
  const wanted = algorithms.filter((alg) => !isSymmetric(alg));
  const collected = new Collected();
  for (const [index, jwk] of readKeySet(jwks, MOST_KEYS).entries()) {
    await collected.add(
      { index, alg: undefined },
      async () => importPublicJwk(inspectPublicJwk(jwk, wanted)),
      () => importAnyway(jwk, wanted, index),
    );
  }
  return collected.close(algorithms);
}

/**
 * Shared secrets for `examine`, as bytes; weak and well-known ones are told and used nevertheless.
 *
 * @throws {KeyError} for none, or more than 8
 */
export async function lenientSecrets(
  secrets: readonly Uint8Array<ArrayBuffer>[],
  algorithms: readonly Algorithm[],
): Promise<LenientKeys> {
  if (secrets.length === 0) throw new KeyError('key_set_empty');
  if (secrets.length > MOST_CANDIDATES) throw new KeyError('key_set_too_large');
  const collected = new Collected();
  for (const [index, bytes] of secrets.entries()) {
    for (const alg of algorithms.filter(isSymmetric)) {
      const about = `secret ${index + 1}`;
      await collected.add(
        { index, alg },
        async () => {
          checkSecret(bytes, [alg], about);
          return importSecret(bytes, [alg], about);
        },
        () => importSecret(bytes, [alg], about),
      );
    }
  }
  return collected.close(algorithms);
}

class Collected {
  readonly #keys: VerificationKey[] = [];
  readonly #refused: RefusedKey[] = [];
  readonly #refusals = new Map<VerificationKey, KeyError>();
  readonly #places = new Map<VerificationKey, number>();

  async add(
    place: Pick<RefusedKey, 'index' | 'alg'>,
    strictly: () => Promise<VerificationKey[]>,
    anyway: () => Promise<VerificationKey[]>,
  ): Promise<void> {
    try {
      for (const key of await strictly()) this.#add(key, place.index);
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
      this.#refused.push({ ...place, error });
      for (const key of await anyway().catch(() => [])) {
        this.#add(key, place.index);
        this.#refusals.set(key, error);
      }
    }
  }

  #add(key: VerificationKey, index: number): void {
    this.#keys.push(key);
    this.#places.set(key, index);
  }

  close(algorithms: readonly Algorithm[]): LenientKeys {
    return {
      refused: this.#refused,
      refusalOf: (key) => this.#refusals.get(key),
      indexOf: (key) => this.#places.get(key),
      source: staticKeys(this.#keys, algorithms),
    };
  }
}

/** The key for each algorithm of its type, whatever else speaks against it. */
async function importAnyway(
  jwk: unknown,
  algorithms: readonly Algorithm[],
  index: number,
): Promise<VerificationKey[]> {
  if (!isJsonObject(jwk)) return [];
  const members: JWK = publicMembers(jwk);
  const kid = typeof jwk['kid'] === 'string' ? jwk['kid'] : undefined;
  const fitting = algorithms.filter((alg) => {
    const { kty, crv } = factsOf(alg);
    return kty === members.kty && crv === members.crv && (kty !== 'AKP' || members.alg === alg);
  });
  const keys: VerificationKey[] = [];
  for (const alg of fitting) {
    const cryptoKey = await importJWK(members, alg, { extractable: true });
    if (cryptoKey instanceof CryptoKey && isLongEnough(cryptoKey)) {
      keys.push({ alg, kid, id: JSON.stringify([alg, 'refused', index]), cryptoKey });
    }
  }
  return keys;
}

/** jose does not verify with shorter RSA keys at all. */
function isLongEnough({
  algorithm,
}: CryptoKey & { readonly algorithm: { modulusLength?: unknown } }): boolean {
  return typeof algorithm.modulusLength !== 'number' || algorithm.modulusLength >= SHORTEST_RSA;
}
