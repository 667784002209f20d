import { KeyError } from '../errors.ts';
import { holdsPrivatePart } from '../jwk/key-policy.ts';
import { isJsonObject } from '../jws/strict-json.ts';

/**
 * Refuses PEM where a JSON Web Key Set belongs, and says where it does belong.
 *
 * @throws {KeyError}
 */
export function refusePem(text: string, path: string): void {
  if (text.trimStart().startsWith('{') || !text.includes('-----BEGIN ')) return;
  if (text.includes('PRIVATE KEY-----')) throw new KeyError('key_private', { about: path });
  throw new KeyError('key_set_malformed', { about: `${path}: this is PEM: name it with pem:` });
}

/**
 * Refuses one key by itself where a set of keys belongs.
 *
 * @throws {KeyError}
 */
export function refuseLoneJwk(value: Readonly<Record<string, unknown>>, path: string): void {
  if (value['keys'] !== undefined || value['kty'] === undefined) return;
  if (holdsPrivatePart(value)) throw new KeyError('key_private', { about: path });
  throw new KeyError('key_set_malformed', {
    about: `${path}: this is one JWK: put it into a set, {"keys": [ … ]}`,
  });
}

/**
 * Refuses JSON keys where PEM belongs, and says where they do belong.
 *
 * @throws {KeyError}
 */
export function refuseJwks(text: string, path: string): void {
  if (!text.trimStart().startsWith('{')) return;
  const value = jsonOrNothing(text);
  if (!isJsonObject(value)) return;
  const keys: readonly unknown[] = Array.isArray(value['keys']) ? value['keys'] : [value];
  if (keys.some((key) => isJsonObject(key) && holdsPrivatePart(key))) {
    throw new KeyError('key_private', { about: path });
  }
  const kind = value['keys'] === undefined ? 'JWK: put it into a set and name that' : 'JWK Set: name it';
  throw new KeyError('key_malformed', { about: `${path}: this is a ${kind} with jwksFile:` });
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
