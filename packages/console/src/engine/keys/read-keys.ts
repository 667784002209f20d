import { calculateJwkThumbprint } from 'jose';
import { KeyTextError, type KeyTextErrorCode } from '../../errors.ts';
import { isTooDeep } from '../reading/json-depth.ts';
import type { CertificateFacts } from './certificate.ts';
import type { KeyMaterial, ReadKey } from './material.ts';
import { type PemKey, pemKey, readPem } from './pem.ts';
import { type SecretEncoding, secretBytes } from './secret.ts';

/** What somebody put into the field for a key. */
export interface KeyText {
  readonly text: string;
  /** How it stands for bytes, when it is a secret. */
  readonly encoding: SecretEncoding;
}

/** Longest text of keys, in characters; most keys in it. */
const LONGEST = 512 * 1024;
const MOST_KEYS = 100;

/** Reads whatever key was given: a JWK, a JWK Set, PEM of any kind, or else a shared secret. */
export async function readKeys({ text, encoding }: KeyText): Promise<KeyMaterial> {
  if (text.trim() === '') return { kind: 'none' };
  if (text.length > LONGEST) return { kind: 'fault', code: 'key_text_too_large', about: '' };
  try {
    if (text.includes('-----BEGIN ')) return await fromPem(text);
    if (/^\s*[{[]/.test(text)) return await fromJson(text);
    if (/^\s*(?:ssh-|ecdsa-sha2-)/.test(text)) throw new KeyTextError('ssh_public_key');
    return (await fromBareDer(text)) ?? fromSecret(text, encoding);
  } catch (error) {
    if (error instanceof KeyTextError) return { kind: 'fault', code: error.code, about: error.about };
    throw error;
  }
}

/** A public key or certificate without the lines around it, as some servers show theirs. */
async function fromBareDer(text: string): Promise<KeyMaterial | undefined> {
  const bare = text.replaceAll(/\s/g, '');
  if (bare.length < 56 || !/^M[A-Za-z0-9+/]+=*$/.test(bare)) return undefined;
  for (const label of ['PUBLIC KEY', 'CERTIFICATE']) {
    try {
      return await fromPem(`-----BEGIN ${label}-----\n${bare}\n-----END ${label}-----`);
    } catch {
      // Not that; and if it is nothing of the kind, a secret after all.
    }
  }
  return undefined;
}

const NOT_ENCODED = {
  utf8: 'not_a_key',
  base64: 'not_base64',
  base64url: 'not_base64url',
  hex: 'not_hex',
} as const;

function fromSecret(text: string, encoding: SecretEncoding): KeyMaterial {
  const bytes = secretBytes(text, encoding);
  if (bytes === undefined) throw new KeyTextError(NOT_ENCODED[encoding]);
  return { kind: 'secret', bytes, encoding };
}

async function fromPem(text: string): Promise<KeyMaterial> {
  const keys: ReadKey[] = [];
  const blocks = readPem(text);
  if (blocks.length > MOST_KEYS) throw new KeyTextError('too_many_keys');
  const skipped: KeyTextError[] = [];
  for (const block of blocks) {
    try {
      const { label, jwk, certificate } = await pemKey(block);
      keys.push(await readKey(label, withoutMarks(jwk), certificate));
    } catch (error) {
      if (!(error instanceof KeyTextError)) throw error;
      skipped.push(error);
    }
  }
  const [first] = skipped;
  if (keys.length === 0 && first !== undefined) throw first;
  return { kind: 'keys', keys, skipped: skipped.map(({ code }) => code) };
}

/** WebCrypto marks what it exports with what the key may be used for there; of that the PEM said nothing. */
function withoutMarks({
  key_ops: _operations,
  ext: _extractable,
  alg,
  ...jwk
}: PemKey['jwk']): Record<string, unknown> {
  return { ...jwk, ...(jwk.kty === 'AKP' && { alg }) };
}

async function fromJson(text: string): Promise<KeyMaterial> {
  if (isTooDeep(text)) throw new KeyTextError('not_json');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new KeyTextError('not_json');
  }
  const listed = listOf(value);
  const keys: ReadKey[] = [];
  const skipped: KeyTextErrorCode[] = [];
  for (const one of listed) {
    if (!isObject(one) || typeof one['kty'] !== 'string') skipped.push('not_a_key');
    else if (one['kty'] === 'oct' && listed.length === 1) return fromOctet(one);
    // A verifier has secrets or public keys, never both.
    else if (one['kty'] === 'oct') skipped.push('secret_in_key_set');
    else
      await readKey('JWK', one, undefined).then(
        (key) => keys.push(key),
        () => skipped.push('incomplete_key'),
      );
  }
  if (keys.length === 0) throw new KeyTextError(skipped[0] ?? 'not_a_key');
  return { kind: 'keys', keys, skipped };
}

/** The members of a key set, or the one key. Throws {@link KeyTextError}. */
function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return bounded(value);
  if (!isObject(value)) return [value];
  const { keys, jwks_uri: address } = value;
  if (typeof address === 'string') throw new KeyTextError('metadata_not_keys', address.slice(0, 200));
  return Array.isArray(keys) ? bounded(keys) : [value];
}

function bounded(keys: readonly unknown[]): readonly unknown[] {
  if (keys.length > MOST_KEYS) throw new KeyTextError('too_many_keys');
  return keys;
}

/** A shared secret may come as a JWK (RFC 7518 section 6.4). */
function fromOctet(jwk: Readonly<Record<string, unknown>>): KeyMaterial {
  const bytes = typeof jwk['k'] === 'string' ? secretBytes(jwk['k'], 'base64url') : undefined;
  if (bytes === undefined) throw new KeyTextError('not_a_key');
  return { kind: 'secret', bytes, encoding: 'JWK' };
}

const PUBLIC_MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e', 'pub', 'alg', 'kid', 'use', 'key_ops'];
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'priv'];

async function readKey(
  format: string,
  jwk: Readonly<Record<string, unknown>>,
  certificate: CertificateFacts | undefined,
): Promise<ReadKey> {
  const publicJwk = picked(jwk, PUBLIC_MEMBERS);
  const secret = PRIVATE_MEMBERS.some((name) => jwk[name] !== undefined);
  return {
    format,
    publicJwk: secret ? withoutOperations(publicJwk) : publicJwk,
    privateJwk: secret ? picked(jwk, [...PUBLIC_MEMBERS, ...PRIVATE_MEMBERS]) : undefined,
    thumbprint: await calculateJwkThumbprint(publicJwk),
    bits: modulusBits(jwk['n']),
    certificate,
  };
}

/** What else stands in a JWK, of whatever depth, has no effect and is left out. */
function picked(jwk: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.flatMap((name) => (Object.hasOwn(jwk, name) ? [[name, jwk[name]]] : [])));
}

/** `sign` is what the private half is for; the public half of the same key verifies. */
function withoutOperations({
  key_ops: _operations,
  ...jwk
}: Record<string, unknown>): Record<string, unknown> {
  return jwk;
}

function modulusBits(n: unknown): number | undefined {
  const bytes = typeof n === 'string' ? secretBytes(n, 'base64url') : undefined;
  const first = bytes?.findIndex((byte) => byte !== 0) ?? -1;
  if (bytes === undefined || first < 0) return undefined;
  return (bytes.length - first - 1) * 8 + (32 - Math.clz32(bytes[first] ?? 0));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
