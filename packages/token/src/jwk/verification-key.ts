import { calculateJwkThumbprint, importJWK, importSPKI, importX509, type JWK } from 'jose';
import { KeyError } from '../errors.ts';
import { type Algorithm, factsOf } from '../jwa/algorithms.ts';
import { checkPublicKey, type PublicKeyFacts } from './key-policy.ts';

/** A public key or secret, imported for one algorithm and fit to verify with. */
export interface VerificationKey {
  readonly alg: Algorithm;
  readonly kid: string | undefined;
  /** The same key under the same name and algorithm has the same id: its RFC 7638 thumbprint is part of it. */
  readonly id: string;
  readonly cryptoKey: CryptoKey;
}

/** Imports a public JWK, once for each algorithm it fits. Throws {@link KeyError}. */
export async function importPublicJwk(facts: PublicKeyFacts): Promise<VerificationKey[]> {
  const { kid, jwk } = facts;
  const thumbprint = await thumbprintOf(jwk, kid);
  const keys: VerificationKey[] = [];
  for (const alg of facts.algorithms) {
    const cryptoKey = await imported(() => importJWK(jwk, alg, { extractable: true }), kid);
    await checkPublicKey(cryptoKey, { kid });
    keys.push(verificationKey(alg, kid, thumbprint, cryptoKey));
  }
  return keys;
}

/** Imports one PEM block for each of the algorithms that it fits. Throws {@link KeyError} when it fits none. */
export async function importPem(
  block: { readonly label: 'PUBLIC KEY' | 'CERTIFICATE'; readonly text: string; readonly at: number },
  algorithms: readonly Algorithm[],
  kid: string | undefined,
): Promise<VerificationKey[]> {
  const about = `PEM block ${block.at}`;
  const read = block.label === 'CERTIFICATE' ? importX509 : importSPKI;
  const keys: VerificationKey[] = [];
  for (const alg of algorithms) {
    let cryptoKey: CryptoKey;
    try {
      cryptoKey = await read(block.text, alg, { extractable: true });
    } catch {
      // WebCrypto does not say whether the key is broken or only of another type; another algorithm may fit.
      continue;
    }
    await checkPublicKey(cryptoKey, { kid, about });
    keys.push(verificationKey(alg, kid, block.text.replaceAll(/\s/g, ''), cryptoKey));
  }
  if (keys.length === 0) throw new KeyError('key_type', { kid, about });
  return keys;
}

/** Imports the bytes of a shared secret, once for each algorithm. */
export async function importSecret(
  bytes: Uint8Array<ArrayBuffer>,
  algorithms: readonly Algorithm[],
  place: string,
): Promise<VerificationKey[]> {
  const keys: VerificationKey[] = [];
  for (const alg of algorithms) {
    const { hash } = factsOf(alg);
    if (hash === undefined) throw new KeyError('key_type', { about: place });
    const cryptoKey = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash }, false, ['verify']);
    keys.push(verificationKey(alg, undefined, place, cryptoKey));
  }
  return keys;
}

function verificationKey(
  alg: Algorithm,
  kid: string | undefined,
  name: string,
  cryptoKey: CryptoKey,
): VerificationKey {
  return Object.freeze({ alg, kid, id: JSON.stringify([alg, kid ?? null, name]), cryptoKey });
}

async function imported(
  read: () => Promise<CryptoKey | Uint8Array>,
  kid: string | undefined,
): Promise<CryptoKey> {
  let key: CryptoKey | Uint8Array;
  try {
    key = await read();
  } catch {
    throw new KeyError('key_malformed', { kid });
  }
  if (key instanceof Uint8Array) throw new KeyError('key_symmetric', { kid });
  return key;
}

async function thumbprintOf(jwk: JWK, kid: string | undefined): Promise<string> {
  try {
    return await calculateJwkThumbprint(jwk);
  } catch {
    throw new KeyError('key_malformed', { kid });
  }
}
