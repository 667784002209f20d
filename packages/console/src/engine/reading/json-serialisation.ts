import { isTooDeep } from './json-depth.ts';

/** One signature of a token in JSON serialisation (RFC 7515 section 7.2). */
export interface SerialisedSignature {
  /** Protected and unprotected members together. */
  readonly header: Readonly<Record<string, unknown>>;
  /** The members that the signature does not cover. */
  readonly unprotected: readonly string[];
  /** Those of them that must not be there: the same name protected as well, or crit (RFC 7515 section 7.2.1). */
  readonly conflicts: readonly string[];
  /** The same in compact serialisation; undefined where that is impossible, for a member that is not protected. */
  readonly compact: string | undefined;
}

/** A token as a JSON object: RFC 7515 section 7.2, RFC 7516 section 7.2. */
export interface JsonSerialisation {
  readonly kind: 'signed' | 'encrypted';
  /** As base64url. */
  readonly payload: string | undefined;
  readonly signatures: readonly SerialisedSignature[];
  /** An encrypted one in compact serialisation, where that is possible. */
  readonly encrypted: string | undefined;
}

/** Most signatures or recipients that are shown. */
const MOST = 20;

/** Reads the JSON serialisation of a token; undefined for any other text. */
export function readJsonSerialisation(text: string): JsonSerialisation | undefined {
  if (!/^\s*\{/.test(text) || isTooDeep(text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  if (typeof value['ciphertext'] === 'string') return encrypted(value);
  if (typeof value['payload'] !== 'string') return undefined;
  const { payload } = value;
  const listed = Array.isArray(value['signatures']) ? value['signatures'].slice(0, MOST) : [value];
  const signatures = listed.flatMap((one) => signature(one, payload));
  if (signatures.length === 0) return undefined;
  return { kind: 'signed', payload, signatures, encrypted: undefined };
}

function signature(value: unknown, payload: string): SerialisedSignature[] {
  if (!isObject(value) || typeof value['signature'] !== 'string') return [];
  const { protected: encoded, header, signature: signed } = value;
  const unprotected = isObject(header) ? header : {};
  const covered = typeof encoded === 'string' ? decodeObject(encoded) : {};
  const names = Object.keys(unprotected);
  const conflicts = names.filter((name) => name === 'crit' || Object.hasOwn(covered, name));
  const whole = typeof encoded === 'string' && Object.hasOwn(covered, 'alg') && conflicts.length === 0;
  return [
    {
      header: { ...unprotected, ...covered },
      unprotected: names,
      conflicts,
      compact: whole ? `${encoded}.${payload}.${signed}` : undefined,
    },
  ];
}

function encrypted(value: Readonly<Record<string, unknown>>): JsonSerialisation {
  const [only, ...others] = Array.isArray(value['recipients']) ? value['recipients'] : [value];
  const key: unknown = isObject(only) ? (only['encrypted_key'] ?? '') : undefined;
  const { protected: encoded, unprotected, header, iv, ciphertext, tag, aad } = value;
  const plain = others.length === 0 && unprotected === undefined && header === undefined && aad === undefined;
  const bare = plain && isObject(only) && (only === value || only['header'] === undefined);
  const parts = [encoded, key, iv, ciphertext, tag];
  const compact = bare && parts.every((part) => typeof part === 'string') ? parts.join('.') : undefined;
  return { kind: 'encrypted', payload: undefined, signatures: [], encrypted: compact };
}

function decodeObject(encoded: string): Readonly<Record<string, unknown>> {
  try {
    const bytes = Uint8Array.fromBase64(encoded, { alphabet: 'base64url' });
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
