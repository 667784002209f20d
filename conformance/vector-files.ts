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

/** Reads `vectors/<name>.json`; each file says where it comes from and under which licence. */
export function readVectors(name: string): readonly Vector[] {
  const file: unknown = JSON.parse(readFileSync(new URL(`vectors/${name}.json`, import.meta.url), 'utf8'));
  assert.ok(isRecord(file) && typeof file['source'] === 'string' && typeof file['licence'] === 'string');
  assert.ok(Array.isArray(file['vectors']) && file['vectors'].length > 0);
  return file['vectors'].map(readVector);
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
