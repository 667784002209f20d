import {
  ALGORITHMS,
  type Algorithm,
  isAlgorithm,
  type KeyErrorCode,
  type VerificationKey,
} from '@portcullis/token';
import {
  type ExamineOptions,
  examine,
  factsOf,
  isSymmetric,
  type LenientKeys,
  lenientJwks,
  lenientSecrets,
} from '@portcullis/token/inspect';
import { kindOf } from '../findings/token-kind.ts';
import { fits } from '../keys/choose.ts';
import { describe } from '../keys/describe.ts';
import type { KeyMaterial } from '../keys/material.ts';
import type { Reading } from '../reading/read.ts';
import { lineOf, type VerdictLine } from './lines.ts';
import type { Expectations } from './settings.ts';

/** A key that does not fit the token, told in what it is and what would be needed. */
export interface KeyMismatch {
  readonly alg: string;
  readonly have: string;
  readonly need: string;
}

export interface Verdict {
  /**
   * accepted: as a verifier with these expectations would. unpinned: so, but not everything was pinned. no_key: all
   * that can be told without one is right. refused: by `code`.
   */
  readonly outcome: 'accepted' | 'unpinned' | 'refused' | 'no_key';
  /** The reason code that a verifier would refuse with, or that of the key. */
  readonly code: string | undefined;
  readonly signature: 'verified' | 'failed' | 'not_checked';
  readonly lines: readonly VerdictLine[];
  /** The algorithms that were admitted. */
  readonly algorithms: readonly Algorithm[];
  /** Which of the given keys made the signature, counted from 0. */
  readonly keyIndex: number | undefined;
  readonly mismatch: KeyMismatch | undefined;
  /** Why a verifier takes one of the given keys in no case. */
  readonly refusedKeys: readonly KeyErrorCode[];
  /** As of when, in seconds since the epoch. */
  readonly now: number;
}

/** Holds a token to expectations, with the checks of packages/token. */
export async function verdictOn(
  reading: Pick<Reading, 'form' | 'token' | 'pasted' | 'header' | 'payload'>,
  material: KeyMaterial,
  expectations: Expectations,
  now: number,
): Promise<Verdict> {
  const header = reading.header?.object ?? {};
  const claims = reading.payload?.kind === 'json' ? (reading.payload.object ?? {}) : {};
  const algorithms = admitted(material, expectations, header['alg']);
  const look = async (keys: LenientKeys) => ({
    keys,
    seen: await examine(reading.token, optionsFor({ claims, algorithms, keys, expectations, now })),
  });
  const strict = await look(await sourceOf(material, algorithms));
  const unknownKid = strict.seen.checks.some(({ code }) => code === 'kid_unknown');
  // A verifier ends there. People want to know whether it is the right key under another name.
  const { keys, seen } =
    unknownKid && material.kind === 'keys'
      ? await look(await sourceOf(withoutNames(material), algorithms))
      : strict;
  const refusedKeys = refusalsOf(keys, seen.key, header);
  const circumstances = {
    material,
    expectations,
    kind: kindOf(header, claims),
    refusal: refusedKeys[0],
    damaged: reading.pasted !== reading.token,
    unsigned: reading.form === 'signed' && header['alg'] !== 'none' && /^[^.]*\.[^.]*\.$/.test(reading.token),
  };
  const lines = strict.seen.checks.map((line) => {
    const signature =
      line.check === 'signature' ? seen.checks.find(({ check }) => check === 'signature') : undefined;
    return lineOf(signature ?? line, circumstances);
  });
  const failed = lines.filter(({ result }) => result === 'failed');
  return {
    outcome: outcomeOf(lines),
    code: failed[0]?.code,
    signature: signatureOf(lines),
    lines,
    algorithms,
    keyIndex: seen.key && keys.indexOf(seen.key),
    mismatch: mismatchOf(header['alg'], material),
    refusedKeys,
    now,
  };
}

interface Look {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly algorithms: readonly Algorithm[];
  readonly keys: LenientKeys;
  readonly expectations: Expectations;
  readonly now: number;
}

/** What was not pinned, the token says: the line tells. Nothing can be left open in a policy. */
function optionsFor({ claims, algorithms, keys, expectations, now }: Look): ExamineOptions {
  const { issuer, audience, accessTokensOnly, maxLifetime, clockSkew, requiredClaims } = expectations;
  const policy = {
    issuer: issuer || firstText(claims['iss']) || '(none)',
    algorithms,
    keys: keys.source,
    types: accessTokensOnly ? ['at+jwt'] : ['at+jwt', 'JWT', 'none'],
    maxLifetime,
    clockSkew,
    requiredClaims,
  };
  return { issuers: [policy], expected: { audience: audience || firstText(claims['aud']) || '(none)' }, now };
}

function withoutNames(material: Extract<KeyMaterial, { kind: 'keys' }>): KeyMaterial {
  const keys = material.keys.map((key) => {
    const { kid: _kid, ...publicJwk } = key.publicJwk;
    return { ...key, publicJwk };
  });
  return { ...material, keys };
}

/** What speaks against the key that made the signature; where none did, against all that might have, if none is good. */
function refusalsOf(
  keys: LenientKeys,
  used: VerificationKey | undefined,
  { alg, kid }: Readonly<Record<string, unknown>>,
): readonly KeyErrorCode[] {
  const candidates = used === undefined ? candidatesFor(keys, alg, kid) : [used];
  const refusals = candidates.map((key) => keys.refusalOf(key)?.code);
  if (refusals.includes(undefined)) return [];
  const concerned = keys.refused.filter((refused) => refused.alg === undefined || refused.alg === alg);
  const codes = candidates.length > 0 ? refusals : concerned.map(({ error }) => error.code);
  return [...new Set(codes)].filter((code) => code !== undefined);
}

function candidatesFor(keys: LenientKeys, alg: unknown, kid: unknown): readonly VerificationKey[] {
  if (!isAlgorithm(alg)) return [];
  try {
    const found = keys.source.find(alg, typeof kid === 'string' ? kid : undefined);
    return 'then' in found ? [] : found;
  } catch {
    return [];
  }
}

function outcomeOf(lines: readonly VerdictLine[]): Verdict['outcome'] {
  if (lines.some(({ result }) => result === 'failed')) return 'refused';
  if (lines.some(({ result }) => result === 'no_key' || result === 'not_reached')) return 'no_key';
  return lines.some(({ result }) => result === 'assumed') ? 'unpinned' : 'accepted';
}

function signatureOf(lines: readonly VerdictLine[]): Verdict['signature'] {
  const result = lines.find(({ check }) => check === 'signature')?.result;
  return result === 'passed' ? 'verified' : result === 'failed' ? 'failed' : 'not_checked';
}

/**
 * The algorithms that are admitted: those that were pinned, or else those that the key is for. Never what the token
 * asks for, unless there is no key at all: that would be the confusion of RFC 8725 section 2.1.
 */
function admitted(material: KeyMaterial, { algorithms }: Expectations, alg: unknown): readonly Algorithm[] {
  const shared =
    material.kind === 'secret' || (material.kind !== 'keys' && isAlgorithm(alg) && isSymmetric(alg));
  if (algorithms.length > 0) {
    // A verifier has secrets or public keys, never both for one issuer. What was pinned for the others stays a refusal.
    const fitting = algorithms.filter((name) => isSymmetric(name) === shared);
    return fitting.length > 0 ? fitting : algorithms;
  }
  if (material.kind === 'secret') return ALGORITHMS.filter(isSymmetric);
  if (material.kind === 'keys') {
    const fitting = ALGORITHMS.filter((name) => material.keys.some(({ publicJwk }) => fits(publicJwk, name)));
    if (fitting.length > 0) return fitting;
  }
  return isAlgorithm(alg) && isSymmetric(alg) === shared ? [alg] : ['ES256'];
}

function sourceOf(material: KeyMaterial, algorithms: readonly Algorithm[]): Promise<LenientKeys> {
  if (material.kind === 'secret') return lenientSecrets([material.bytes], algorithms);
  if (material.kind === 'keys')
    return lenientJwks({ keys: material.keys.map(({ publicJwk }) => publicJwk) }, algorithms);
  return lenientJwks({ keys: [{}] }, algorithms).then((keys) => ({ ...keys, refused: [] }));
}

function mismatchOf(alg: unknown, material: KeyMaterial): KeyMismatch | undefined {
  if (!isAlgorithm(alg) || material.kind === 'none' || material.kind === 'fault') return undefined;
  const { kty, crv } = factsOf(alg);
  const need = isSymmetric(alg)
    ? 'a shared secret'
    : `an ${kty === 'AKP' ? alg : (crv ?? kty)} key`.replace(/^an (?=[PM])/, 'a ');
  if (material.kind === 'secret')
    return isSymmetric(alg) ? undefined : { alg, have: 'a shared secret', need };
  if (material.keys.some(({ publicJwk }) => fits(publicJwk, alg))) return undefined;
  return { alg, have: [...new Set(material.keys.map(describe))].slice(0, 4).join(', '), need };
}

function firstText(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' && first !== '' ? first : undefined;
}
