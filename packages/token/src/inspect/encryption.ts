import { CompactEncrypt, compactDecrypt, errors, importJWK, type JWK } from 'jose';
import { KeyError, TokenError } from '../errors.ts';
import type { ContentEncryption } from '../jwe/algorithms.ts';
import { publicMembers } from '../jwk/key-policy.ts';
import type { JsonObject } from '../jws/strict-json.ts';
import type { ComposingKey } from './compose.ts';

/**
 * Most rounds of PBKDF2 that a token may ask for, and those of the tokens made here. Whoever sends a token sets the number,
 * and every round costs the reader.
 */
export const MOST_PBES2_ROUNDS = 1_000_000;
const PBES2_ROUNDS = 600_000;
/** Longest result, in bytes: a compressed text (`zip`) may be a bomb. */
const LONGEST_PLAINTEXT = 1024 * 1024;

/**
 * Decrypts any JWE in compact serialisation that WebCrypto can (RFC 7516 section 5.2), to show what is in it. Unlike a
 * verifier it takes any content, and key management that is not safe to accept from strangers, such as PBES2.
 *
 * @param key a private JWK, a symmetric one (`oct`), or the bytes of a shared key or password
 * @throws {KeyError} when the key does not fit the alg of the header
 * @throws {TokenError} `decryption_failed`; `encryption_unsupported` for what cannot be done here
 */
export async function decryptAnything(
  token: string,
  header: Readonly<JsonObject>,
  key: ComposingKey,
): Promise<Uint8Array<ArrayBuffer>> {
  const { alg, p2c } = header;
  if (typeof alg !== 'string')
    throw new TokenError('encryption_unsupported', { detail: { reason: 'no alg' } });
  if (typeof p2c === 'number' && p2c > MOST_PBES2_ROUNDS) {
    throw new TokenError('encryption_unsupported', { detail: { p2c, most: MOST_PBES2_ROUNDS } });
  }
  const imported = await importKey(key, alg, 'private');
  try {
    const { plaintext } = await compactDecrypt(token, imported, {
      maxPBES2Count: MOST_PBES2_ROUNDS,
      maxDecompressedLength: LONGEST_PLAINTEXT,
      keyManagementAlgorithms: [alg],
    });
    return new Uint8Array(plaintext);
  } catch (error) {
    throw asTokenError(error);
  }
}

export interface EncryptAnythingOptions {
  /** `alg` and `enc` decide; the rest is put in as it is. */
  readonly header: Readonly<JsonObject> & { readonly alg: string; readonly enc: ContentEncryption };
  /** A public JWK, a symmetric one (`oct`), or the bytes of a shared key or password. */
  readonly key: ComposingKey;
}

/**
 * Encrypts anything to anyone (RFC 7516 section 5.1), in compact serialisation: for tokens to test with.
 *
 * @throws {KeyError} when the key does not fit the alg
 * @throws {TokenError} `encryption_unsupported` for what cannot be done here, such as AES-192 in Chromium
 */
export async function encryptAnything(
  plaintext: Uint8Array,
  { header, key }: EncryptAnythingOptions,
): Promise<string> {
  const imported = await importKey(key, header.alg, 'public');
  const encryption = new CompactEncrypt(plaintext).setProtectedHeader({ ...header });
  if (header.alg.startsWith('PBES2-')) encryption.setKeyManagementParameters({ p2c: PBES2_ROUNDS });
  try {
    return await encryption.encrypt(imported);
  } catch (error) {
    throw asTokenError(error);
  }
}

async function importKey(
  key: ComposingKey,
  alg: string,
  half: 'private' | 'public',
): Promise<CryptoKey | Uint8Array> {
  const shared = /^(?:dir$|A\d|PBES2-)/.test(alg);
  if (key instanceof Uint8Array) {
    if (!shared) throw new KeyError('key_symmetric', { about: `${alg} needs a key pair` });
    return key;
  }
  if (key['kty'] === 'oct' ? !shared : shared) throw new KeyError('key_type', { about: alg });
  const members: JWK = half === 'public' && !shared ? publicMembers(key) : { ...key };
  const { use: _use, key_ops: _operations, alg: _alg, ...jwk } = members;
  let imported: CryptoKey | Uint8Array;
  try {
    imported = await importJWK(jwk, alg, { extractable: false });
  } catch {
    throw new KeyError('key_type', { about: alg });
  }
  if (imported instanceof CryptoKey && imported.type !== half) {
    throw new KeyError(half === 'private' ? 'key_public' : 'key_private');
  }
  return imported;
}

/** What jose and WebCrypto say, in our terms. Why a decryption failed is nobody's business, not even here: nobody knows. */
function asTokenError(error: unknown): unknown {
  if (error instanceof errors.JWEDecryptionFailed) return new TokenError('decryption_failed');
  if (error instanceof errors.JOSEError || error instanceof DOMException || error instanceof TypeError) {
    return new TokenError('encryption_unsupported', { detail: { reason: error.message.slice(0, 200) } });
  }
  return error;
}
