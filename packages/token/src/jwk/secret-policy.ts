import { KeyError } from '../errors.ts';
import { type Algorithm, factsOf } from '../jwa/algorithms.ts';
import { decodeBase64url } from '../jws/base64url.ts';
import { isWellKnownSecret } from './well-known-secrets.ts';

const PREFIX = 'base64url:';
/** A secret that repeats a unit shorter than this has the strength of the unit. */
const SHORTEST_UNIT = 16;
const FEWEST_DISTINCT_BYTES = 8;

/**
 * Reads a shared secret, UTF-8 text or `base64url:…`, and refuses those that can be guessed. Throws
 * {@link KeyError}; neither message nor error holds the secret.
 *
 * @param about how the secret is named in an error, such as `secret 1`
 */
export function readSecret(
  secret: unknown,
  algorithms: readonly Algorithm[],
  about: string,
): Uint8Array<ArrayBuffer> {
  if (typeof secret !== 'string') throw new KeyError('secret_malformed', { about });
  const bytes = secret.startsWith(PREFIX)
    ? decodeBase64url(secret.slice(PREFIX.length))
    : new TextEncoder().encode(secret);
  if (bytes === undefined) throw new KeyError('secret_malformed', { about });
  checkSecret(bytes, algorithms, about);
  return bytes;
}

/** Refuses the bytes of a secret that can be guessed, as {@link readSecret} does. Throws {@link KeyError}. */
export function checkSecret(bytes: Uint8Array, algorithms: readonly Algorithm[], about: string): void {
  for (const alg of algorithms) {
    const { minimumSecretBytes } = factsOf(alg);
    if (minimumSecretBytes !== undefined && bytes.length < minimumSecretBytes) {
      throw new KeyError('secret_too_short', { about: `${about}, ${alg} needs ${minimumSecretBytes} bytes` });
    }
  }
  const text = new TextDecoder().decode(bytes);
  if (looksLikePublicKey(text, bytes)) throw new KeyError('secret_is_public_key', { about });
  if (isWellKnownSecret(bytes)) throw new KeyError('secret_known', { about });
  if (repeats(bytes)) throw new KeyError('secret_weak', { about });
}

/** PEM, a JWK in JSON, or DER of a public key or certificate, as it is or spelled in base64 or hex. */
function looksLikePublicKey(text: string, bytes: Uint8Array): boolean {
  if (text.includes('-----BEGIN ') || /"kty"\s*:/.test(text)) return true;
  return [bytes, ...spelledBytes(text)].some(isDer);
}

/** What the text stands for when it is read as base64 of either alphabet, or as hex. */
function spelledBytes(text: string): Uint8Array[] {
  const plain = text.replaceAll(/\s/g, '');
  const base64url = plain.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_');
  const hex = /^(?:[0-9a-f]{2})+$/i.test(plain) ? (plain.match(/../g) ?? []) : [];
  return [
    decodeBase64url(base64url) ?? new Uint8Array(),
    Uint8Array.from(hex, (pair) => Number.parseInt(pair, 16)),
  ];
}

/** DER of a key or certificate: one outer SEQUENCE as long as all there is, that begins with a SEQUENCE or INTEGER. */
function isDer(bytes: Uint8Array): boolean {
  const [tag, form, high = 0, low = 0] = bytes;
  if (tag !== 0x30) return false;
  const [start, length] = form === 0x82 ? [4, (high << 8) + low] : form === 0x81 ? [3, high] : [2, form ?? 0];
  return start + length === bytes.length && (bytes[start] === 0x30 || bytes[start] === 0x02);
}

/** Whether there is too little in the bytes for them to be a secret. */
export function repeats(bytes: Uint8Array): boolean {
  if (new Set(bytes).size < FEWEST_DISTINCT_BYTES) return true;
  for (let unit = 1; unit < SHORTEST_UNIT; unit++) {
    if (bytes.every((byte, at) => at < unit || byte === bytes[at - unit])) return true;
  }
  return false;
}
