import { KeyError } from '../errors.ts';
import { isJsonObject } from '../jws/strict-json.ts';

/** Most keys in one issuer's set. */
export const MOST_KEYS = 100;

/**
 * The list of keys in a JSON Web Key Set (RFC 7517 section 5), none looked at yet.
 *
 * @param most how many keys it may hold
 * @throws {KeyError}
 */
export function readKeySet(jwks: unknown, most: number): readonly unknown[] {
  if (!isJsonObject(jwks) || !Array.isArray(jwks['keys'])) throw new KeyError('key_set_malformed');
  const keys: readonly unknown[] = jwks['keys'];
  if (keys.length === 0) throw new KeyError('key_set_empty');
  if (keys.length > most) throw new KeyError('key_set_too_large');
  return keys;
}
