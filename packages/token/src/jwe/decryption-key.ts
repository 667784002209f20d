import { base64url, calculateJwkThumbprint, importJWK, type JWK } from 'jose';
import { KeyError } from '../errors.ts';
import { checkRsa, holdsPrivatePart } from '../jwk/key-policy.ts';
import { repeats } from '../jwk/secret-policy.ts';
import { decodeBase64url } from '../jws/base64url.ts';
import { isJsonObject } from '../jws/strict-json.ts';
import {
  AGREEMENT_CURVES,
  type ContentEncryption,
  type KeyManagementAlgorithm,
  keyManagementFacts,
  sharedKeyBytes,
} from './algorithms.ts';

/** A private or shared key of ours, imported for one algorithm, that tokens may be encrypted to. */
export interface DecryptionKey {
  readonly alg: KeyManagementAlgorithm;
  readonly kid: string | undefined;
  /** The content encryptions that it may be used with. */
  readonly encryptions: readonly ContentEncryption[];
  /** The same key for the same algorithm has the same id: its RFC 7638 thumbprint is part of it. */
  readonly id: string;
  readonly key: CryptoKey | Uint8Array;
}

/** What tokens may be encrypted with; nothing else is decrypted. */
export interface AllowedEncryption {
  readonly algorithms: readonly KeyManagementAlgorithm[];
  readonly encryptions: readonly ContentEncryption[];
}

const DECRYPTING = ['decrypt', 'unwrapKey', 'deriveKey', 'deriveBits'];

/** Imports a JWK of ours, once for each algorithm that it fits. Throws {@link KeyError}. */
export async function importDecryptionJwk(
  value: unknown,
  allowed: AllowedEncryption,
): Promise<DecryptionKey[]> {
  if (!isJsonObject(value)) throw new KeyError('key_malformed');
  const { kid, kty, use, key_ops: operations, alg: own } = value;
  if (kid !== undefined && typeof kid !== 'string')
    throw new KeyError('key_malformed', { about: 'kid is not text' });
  // A key that also signs would let one protocol's messages pass in another.
  if (use !== undefined && use !== 'enc') throw new KeyError('key_not_for_decryption', { kid });
  if (operations !== undefined && !isForDecryption(operations))
    throw new KeyError('key_not_for_decryption', { kid });
  const named = allowed.algorithms.filter((alg) => own === undefined || own === alg);
  if (named.length === 0) throw new KeyError('key_alg', { kid });
  const algorithms = named.filter((alg) => keyManagementFacts(alg).kty.some((fit) => fit === kty));
  if (algorithms.length === 0 || !isOnKnownCurve(value)) throw new KeyError('key_type', { kid });
  return kty === 'oct'
    ? importShared(value, { ...allowed, algorithms }, kid)
    : importPrivate(value, { ...allowed, algorithms }, kid);
}

/** Imports the bytes of a shared key, once for each algorithm whose length it has. Throws {@link KeyError}. */
export async function importSharedKey(
  bytes: Uint8Array<ArrayBuffer>,
  allowed: AllowedEncryption,
  place: { readonly kid?: string | undefined; readonly about?: string },
): Promise<DecryptionKey[]> {
  const thumbprint = await calculateJwkThumbprint({ kty: 'oct', k: base64url.encode(bytes) });
  const keys = allowed.algorithms.flatMap((alg): DecryptionKey[] => {
    const encryptions = allowed.encryptions.filter((enc) => sharedKeyBytes(alg, enc) === bytes.length);
    return encryptions.length === 0 ? [] : [decryptionKey(alg, place.kid, encryptions, thumbprint, bytes)];
  });
  if (keys.length === 0) throw new KeyError('key_length', place);
  if (repeats(bytes)) throw new KeyError('secret_weak', place);
  return keys;
}

async function importShared(
  jwk: Readonly<Record<string, unknown>>,
  allowed: AllowedEncryption,
  kid: string | undefined,
): Promise<DecryptionKey[]> {
  const bytes = typeof jwk['k'] === 'string' ? decodeBase64url(jwk['k']) : undefined;
  if (bytes === undefined) throw new KeyError('key_malformed', { kid });
  return importSharedKey(bytes, allowed, { kid });
}

async function importPrivate(
  value: Readonly<Record<string, unknown>>,
  allowed: AllowedEncryption,
  kid: string | undefined,
): Promise<DecryptionKey[]> {
  if (!holdsPrivatePart(value)) throw new KeyError('key_public', { kid });
  const jwk = keyMembers(value);
  const keys: DecryptionKey[] = [];
  for (const alg of allowed.algorithms) {
    try {
      const key = await importJWK(jwk, alg, { extractable: false });
      const thumbprint = await calculateJwkThumbprint(jwk);
      keys.push(decryptionKey(alg, kid, allowed.encryptions, thumbprint, key));
    } catch {
      throw new KeyError('key_malformed', { kid });
    }
  }
  for (const { key } of keys) {
    if (!(key instanceof CryptoKey) || key.type !== 'private') throw new KeyError('key_public', { kid });
    checkRsa(key, jwk.n, { kid });
  }
  return keys;
}

function isForDecryption(operations: unknown): boolean {
  if (!Array.isArray(operations) || operations.length === 0) return false;
  return operations.every((one) => DECRYPTING.includes(one));
}

function isOnKnownCurve({ kty, crv }: Readonly<Record<string, unknown>>): boolean {
  const curves = typeof kty === 'string' ? AGREEMENT_CURVES[kty] : undefined;
  return curves === undefined || (typeof crv === 'string' && curves.includes(crv));
}

/** Only what makes up the key: nothing else in the JWK has an effect. */
function keyMembers(value: Readonly<Record<string, unknown>>): JWK {
  const jwk: Record<string, string> = {};
  for (const name of ['kty', 'n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi', 'crv', 'x', 'y']) {
    const member = value[name];
    if (typeof member === 'string') jwk[name] = member;
  }
  return jwk;
}

function decryptionKey(
  alg: KeyManagementAlgorithm,
  kid: string | undefined,
  encryptions: readonly ContentEncryption[],
  thumbprint: string,
  key: CryptoKey | Uint8Array,
): DecryptionKey {
  return Object.freeze({ alg, kid, encryptions, id: `${alg} ${thumbprint}`, key });
}
