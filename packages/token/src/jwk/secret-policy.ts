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
 * @param place how the secret is named in an error, such as `secret 1`
 */
export function readSecret(
  secret: unknown,
  algorithms: readonly Algorithm[],
  place: string,
): Uint8Array<ArrayBuffer> {
  const about = place;
  if (typeof secret !== 'string') throw new KeyError('secret_malformed', { about });
  const bytes = secret.startsWith(PREFIX)
    ? decodeBase64url(secret.slice(PREFIX.length))
    : new TextEncoder().encode(secret);
  if (bytes === undefined) throw new KeyError('secret_malformed', { about });
  for (const alg of algorithms) {
    const { minimumSecretBytes } = factsOf(alg);
    if (minimumSecretBytes !== undefined && bytes.length < minimumSecretBytes) {
      throw new KeyError('secret_too_short', { about: `${about}, ${alg} needs ${minimumSecretBytes} bytes` });
    }
  }
  const text = new TextDecoder().decode(bytes);
  if (looksLikePublicKey(text, bytes)) throw new KeyError('secret_is_public_key', { about });
  if (isWellKnownSecret(secret, bytes)) throw new KeyError('secret_known', { about });
  if (repeats(bytes)) throw new KeyError('secret_weak', { about });
  return bytes;
}

/** PEM, a JWK in JSON, or DER of a public key or certificate: an outer SEQUENCE with a two-byte length. */
function looksLikePublicKey(text: string, bytes: Uint8Array): boolean {
  if (text.includes('-----BEGIN ') || /"kty"\s*:/.test(text)) return true;
  const [tag, form, high, low] = bytes;
  if (tag !== 0x30 || high === undefined || low === undefined) return false;
  if (form === 0x82) return (high << 8) + low + 4 === bytes.length;
  if (form === 0x81) return high + 3 === bytes.length;
  return form === bytes.length - 2;
}

function repeats(bytes: Uint8Array): boolean {
  if (new Set(bytes).size < FEWEST_DISTINCT_BYTES) return true;
  for (let unit = 1; unit < SHORTEST_UNIT; unit++) {
    if (bytes.every((byte, at) => at < unit || byte === bytes[at - unit])) return true;
  }
  return false;
}
