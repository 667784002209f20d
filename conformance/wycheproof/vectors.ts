import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The JOSE files of Wycheproof (https://github.com/C2SP/wycheproof, folder testvectors_v1). */
export const FILES = [
  'json_web_signature_test.json',
  'json_web_key_test.json',
  'json_web_crypto_test.json',
  'json_web_encryption_test.json',
] as const;

/** One key set and one token. */
export interface WycheproofVector {
  readonly tcId: number;
  readonly comment: string;
  readonly valid: boolean;
  /** The keys of whoever gets the token, as JWKs. */
  readonly keys: readonly unknown[];
  readonly kind: 'jws' | 'jwe';
  /** A JSON serialisation as the text that would arrive. */
  readonly token: string;
  /** What is in it, where the file says so. */
  readonly content: Uint8Array | undefined;
}

/** The files of this folder that exist. */
export function filesIn(folder: string): string[] {
  return FILES.filter((file) => existsSync(join(folder, file)));
}

export function readWycheproof(folder: string, file: string): WycheproofVector[] {
  const root: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  assert.ok(isRecord(root) && Array.isArray(root['testGroups']), `${file} has no testGroups`);
  const vectors = root['testGroups'].flatMap((group: unknown) => {
    assert.ok(isRecord(group) && Array.isArray(group['tests']));
    return group['tests'].map((item: unknown) => vectorOf(item, group));
  });
  assert.equal(vectors.length, root['numberOfTests'], `${file} is not complete`);
  return vectors;
}

/** A key set, or a single key. */
function keysOf(keys: unknown): readonly unknown[] {
  return isRecord(keys) && Array.isArray(keys['keys']) ? keys['keys'] : [keys];
}

function vectorOf(item: unknown, group: Record<string, unknown>): WycheproofVector {
  assert.ok(isRecord(item));
  const { tcId, comment, result, jws, jwe, pt } = item;
  assert.ok(typeof tcId === 'number' && typeof comment === 'string');
  assert.ok(result === 'valid' || result === 'invalid');
  assert.ok((jws === undefined) !== (jwe === undefined));
  const token = jws ?? jwe;
  return {
    tcId,
    comment,
    valid: result === 'valid',
    // Who verifies holds the public keys, unless they are shared ones; who decrypts holds the private ones.
    keys: keysOf(jwe === undefined ? (group['public'] ?? group['private']) : group['private']),
    kind: jws === undefined ? 'jwe' : 'jws',
    token: typeof token === 'string' ? token : JSON.stringify(token),
    content: typeof pt === 'string' ? Buffer.from(pt, 'hex') : undefined,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
