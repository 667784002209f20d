import { PolicyError } from '../errors.ts';
import type { Algorithm } from '../jwa/algorithms.ts';
import { type DecryptionKeys, readAllowed } from '../jwe/decryption-keys.ts';
import { readAlgorithms } from '../keys/algorithm-list.ts';
import type { KeySource } from '../keys/key-source.ts';
import { compileTypes } from './token-types.ts';
import type { IssuerPolicy, VerifierOptions } from './types.ts';

const DEFAULT_TYPES = ['at+jwt'];
const DEFAULT_LIFETIME = 86_400;
const DEFAULT_SKEW = 5;
const MOST_SKEW = 60;

/** One issuer's policy, checked once and complete: nothing is defaulted while a token is checked. */
export interface CompiledPolicy {
  readonly name: string;
  readonly issuer: string;
  readonly algorithms: ReadonlySet<Algorithm>;
  readonly keys: KeySource;
  readonly decryptionKeys: DecryptionKeys | undefined;
  readonly encryptionRequired: boolean;
  readonly types: ReadonlySet<string>;
  readonly audienceOptional: boolean;
  readonly requiredClaims: readonly string[];
  readonly maxLifetime: number;
  readonly clockSkew: number;
}

/** Issuers by their exact `iss`. Throws {@link PolicyError} for anything incomplete or contradictory. */
export function compilePolicies(options: VerifierOptions): ReadonlyMap<string, CompiledPolicy> {
  if (!Array.isArray(options.issuers) || options.issuers.length === 0) {
    throw new PolicyError('issuers_missing', 'issuers');
  }
  const byIssuer = new Map<string, CompiledPolicy>();
  const names = new Set<string>();
  for (const policy of options.issuers.map(compilePolicy)) {
    if (byIssuer.has(policy.issuer)) throw new PolicyError('issuer_duplicate', policy.issuer);
    if (names.has(policy.name)) throw new PolicyError('issuer_duplicate', policy.name);
    byIssuer.set(policy.issuer, policy);
    names.add(policy.name);
  }
  return byIssuer;
}

function compilePolicy(policy: IssuerPolicy): CompiledPolicy {
  const { issuer, name = issuer } = policy;
  if (typeof issuer !== 'string' || issuer === '') throw new PolicyError('issuer_invalid', 'issuer');
  if (typeof name !== 'string' || name === '') throw new PolicyError('issuer_invalid', issuer);
  return Object.freeze({
    name,
    issuer,
    algorithms: compileAlgorithms(policy, name),
    keys: policy.keys,
    ...compileDecryption(policy.decryption, name),
    types: compileTypes(policy.types ?? DEFAULT_TYPES, name),
    audienceOptional: policy.audienceOptional === true,
    requiredClaims: compileRequired(policy.requiredClaims ?? [], name),
    maxLifetime: compileLifetime(policy.maxLifetime ?? DEFAULT_LIFETIME, name),
    clockSkew: compileSkew(policy.clockSkew ?? DEFAULT_SKEW, name),
  });
}

function compileAlgorithms(policy: IssuerPolicy, name: string): ReadonlySet<Algorithm> {
  const algorithms = readAlgorithms(policy.algorithms, name);
  if (typeof policy.keys?.find !== 'function') throw new PolicyError('keys_missing', name);
  const loaded = policy.keys.algorithms;
  const unfit = algorithms.find((alg) => !loaded.includes(alg));
  if (unfit !== undefined)
    throw new PolicyError('algorithms_unfit', `${name}: no keys are loaded for ${unfit}`);
  return new Set(algorithms);
}

function compileDecryption(decryption: IssuerPolicy['decryption'], name: string) {
  if (decryption !== undefined && typeof decryption.keys?.find !== 'function') {
    throw new PolicyError('keys_missing', `${name}: decryption`);
  }
  if (decryption !== undefined) readAllowed(decryption.keys, `${name}: decryption`);
  return { decryptionKeys: decryption?.keys, encryptionRequired: decryption?.required === true };
}

function compileRequired(claims: unknown, name: string): readonly string[] {
  if (!Array.isArray(claims)) throw new PolicyError('required_claims_invalid', name);
  const names: string[] = [];
  for (const claim of claims) {
    if (typeof claim !== 'string' || claim === '') throw new PolicyError('required_claims_invalid', name);
    names.push(claim);
  }
  return Object.freeze(names);
}

function compileLifetime(seconds: unknown, name: string): number {
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds <= 0) {
    throw new PolicyError('lifetime_invalid', name);
  }
  return seconds;
}

function compileSkew(seconds: unknown, name: string): number {
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= MOST_SKEW)) {
    throw new PolicyError('skew_invalid', name);
  }
  return seconds;
}
