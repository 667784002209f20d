import { compactDecrypt, errors } from 'jose';
import { TokenError } from '../errors.ts';
import { type Facts, printable } from '../facts.ts';
import { seenOf } from '../jws/seen.ts';
import { type EncryptedToken, readEncrypted } from './compact.ts';
import type { DecryptionKey } from './decryption-key.ts';
import { type DecryptionKeys, meantBy } from './decryption-keys.ts';

/** Most keys that are tried for one token, over all issuers; a private RSA operation costs a millisecond or more. */
const MOST_RSA_CANDIDATES = 4;
const MOST_CANDIDATES = 32;

/** What an encrypted token held, and the key that opened it. */
export interface OpenedToken {
  /** A token in JWS compact serialisation, as far as its number of parts tells. */
  readonly signed: string;
  readonly encrypted: EncryptedToken;
  readonly key: DecryptionKey;
}

/** What jose and WebCrypto throw at what a header may hold. */
const REFUSALS = [errors.JOSEError, DOMException, TypeError] as const;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Decrypts a JWE in compact serialisation that holds a signed JWT (RFC 7516 section 5.2, RFC 7519 section 7.2). A
 * failure does not tell which step of the decryption failed.
 *
 * @param sets the keys of each issuer that encrypts its tokens
 * @throws {TokenError} for anything else
 */
export async function decryptToken(text: string, sets: readonly DecryptionKeys[]): Promise<OpenedToken> {
  if (sets.length === 0) throw new TokenError('token_encrypted');
  const encrypted = readEncrypted(text);
  const candidates = await candidatesFor(encrypted, sets);
  for (const key of candidates) {
    const plaintext = await decryptedBy(encrypted, key);
    if (plaintext !== undefined) return { signed: readSigned(plaintext, encrypted), encrypted, key };
  }
  throw new TokenError('decryption_failed', {
    detail: { keysTried: candidates.length },
    seen: seenOf(encrypted.header, undefined),
  });
}

async function candidatesFor(
  token: EncryptedToken,
  sets: readonly DecryptionKeys[],
): Promise<readonly DecryptionKey[]> {
  const { alg, enc, kid } = token;
  const seen = seenOf(token.header, undefined);
  if (!sets.some(({ algorithms, encryptions }) => algorithms.includes(alg) && encryptions.includes(enc))) {
    throw new TokenError('encryption_not_allowed', { detail: { alg, enc }, seen });
  }
  const byId = new Map<string, DecryptionKey>();
  let unavailable: TokenError | undefined;
  for (const keys of sets) {
    try {
      for (const key of await keys.find(alg, enc, kid)) byId.set(key.id, key);
    } catch (error) {
      // What is wrong with the keys for one issuer is no reason to refuse the tokens of another.
      if (!(error instanceof TokenError)) throw error;
      unavailable = new TokenError(error.code, { detail: error.detail, seen });
    }
  }
  if (byId.size === 0 && unavailable !== undefined) throw unavailable;
  if (byId.size === 0) {
    const detail: Facts = { alg, enc, kid: printable(kid) };
    throw new TokenError('decryption_key_unknown', { detail, seen });
  }
  const most = alg.startsWith('RSA') ? MOST_RSA_CANDIDATES : MOST_CANDIDATES;
  return meantBy(kid, [...byId.values()]).slice(0, most);
}

/** What the key makes of the ciphertext; undefined when it does not open it, for whatever reason. */
export async function decryptedBy(
  token: Pick<EncryptedToken, 'text' | 'enc'>,
  key: DecryptionKey,
): Promise<Uint8Array | undefined> {
  try {
    const { plaintext } = await compactDecrypt(token.text, key.key, {
      keyManagementAlgorithms: [key.alg],
      contentEncryptionAlgorithms: [token.enc],
      maxDecompressedLength: 0,
    });
    return plaintext;
  } catch (error) {
    // WebCrypto speaks up for itself where a header names an ephemeral key that is none.
    if (REFUSALS.some((kind) => error instanceof kind)) return undefined;
    throw error;
  }
}

/** Only a signed token may come out: what is encrypted to our public key alone, anyone can have made. */
function readSigned(plaintext: Uint8Array, token: EncryptedToken): string {
  const seen = seenOf(token.header, undefined);
  let text: string;
  try {
    text = utf8.decode(plaintext);
  } catch {
    throw new TokenError('encrypted_content_refused', { detail: { reason: 'not text' }, seen });
  }
  if (text.split('.', 4).length !== 3) {
    throw new TokenError('encrypted_content_refused', { detail: { reason: 'not a signed token' }, seen });
  }
  return text;
}
