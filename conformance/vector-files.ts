import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type Algorithm, isAlgorithm } from '@portcullis/token';

/** One published signature, with the public key or secret that made it. */
export interface Vector {
  readonly name: string;
  readonly alg: Algorithm;
  readonly publicJwk: object | undefined;
  /** As base64url. */
  readonly secret: string | undefined;
  readonly compact: string;
}

/** One published key, as a JWK. */
export interface KeyVector {
  readonly name: string;
  readonly jwk: Readonly<Record<string, unknown>>;
}

/** One published JWE, with the key of its recipient. */
export interface EncryptionVector extends KeyVector {
  readonly compact: string;
  readonly plaintext: string;
  /** The code with which we refuse it, where we do. */
  readonly refused: string | undefined;
}

/** The signatures of `vectors/<name>.json`. */
export function readVectors(name: string): readonly Vector[] {
  return readEntries(name).map(readVector);
}

export function readKeyVectors(name: string): readonly KeyVector[] {
  return readEntries(name).map(readKeyVector);
}

export function readEncryptionVectors(name: string): readonly EncryptionVector[] {
  return readEntries(name).map((value) => {
    assert.ok(isRecord(value));
    const { compact, plaintext, refused } = value;
    assert.ok(typeof compact === 'string' && typeof plaintext === 'string');
    assert.ok(refused === undefined || typeof refused === 'string');
    return { ...readKeyVector(value), compact, plaintext, refused };
  });
}

/** Each file says where it comes from and under which licence. */
function readEntries(name: string): readonly unknown[] {
  const file: unknown = JSON.parse(readFileSync(new URL(`vectors/${name}.json`, import.meta.url), 'utf8'));
  assert.ok(isRecord(file) && typeof file['source'] === 'string' && typeof file['licence'] === 'string');
  assert.ok(Array.isArray(file['vectors']) && file['vectors'].length > 0);
  return file['vectors'];
}

function readVector(value: unknown): Vector {
  assert.ok(isRecord(value));
  const { name, alg, publicJwk, secret, compact } = value;
  assert.ok(typeof name === 'string' && typeof compact === 'string' && isAlgorithm(alg));
  assert.ok(publicJwk === undefined || isRecord(publicJwk));
  assert.ok(secret === undefined || typeof secret === 'string');
  assert.ok((publicJwk === undefined) !== (secret === undefined));
  return { name, alg, publicJwk, secret, compact };
}

function readKeyVector(value: unknown): KeyVector {
  assert.ok(isRecord(value) && typeof value['name'] === 'string' && isRecord(value['jwk']));
  return { name: value['name'], jwk: value['jwk'] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
