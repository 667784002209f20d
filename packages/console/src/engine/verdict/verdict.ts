import {
  ALGORITHMS,
  type Algorithm,
  type Check,
  isAlgorithm,
  type KeyErrorCode,
  type VerificationKey,
} from '@portcullis/token';
import {
  type CheckResult,
  type ExaminedCheck,
  examine,
  factsOf,
  isSymmetric,
  type LenientKeys,
  lenientJwks,
  lenientSecrets,
} from '@portcullis/token/inspect';
import { fits } from '../keys/choose.ts';
import { describe } from '../keys/describe.ts';
import type { KeyMaterial } from '../keys/material.ts';
import type { Reading } from '../reading/read.ts';
import type { Expectations } from './settings.ts';

/** One line of a verdict. */
export interface VerdictLine {
  readonly check: Check;
  /** assumed: passed, because what was expected is what the token itself says. no_key: nobody can tell. */
  readonly result: CheckResult | 'assumed' | 'no_key';
  /** A reason code of packages/token: of the check, or for `key` of why a verifier takes no such key. */
  readonly code?: string;
  readonly input: ExaminedCheck['input'];
}

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
  reading: Pick<Reading, 'token' | 'pasted' | 'header' | 'payload'>,
  material: KeyMaterial,
  expectations: Expectations,
  now: number,
): Promise<Verdict> {
  const claims = reading.payload?.kind === 'json' ? (reading.payload.object ?? {}) : {};
  const algorithms = admitted(material, expectations, reading.header?.object?.['alg']);
  const keys = await sourceOf(material, algorithms);
  const audience = firstText(claims['aud']);
  const seen = await examine(reading.token, {
    issuers: [
      {
        issuer: expectations.issuer || firstText(claims['iss']) || '(none)',
        algorithms,
        keys: keys.source,
        types: expectations.accessTokensOnly ? ['at+jwt'] : ['at+jwt', 'JWT', 'none'],
        // A token without aud is told so by the check, unless nothing was expected and there is nothing to compare.
        audienceOptional: false,
        maxLifetime: expectations.maxLifetime,
        clockSkew: expectations.clockSkew,
        requiredClaims: expectations.requiredClaims,
      },
    ],
    expected: { audience: expectations.audience || audience || '(none)' },
    now,
  });
  const refusedKeys = refusalsOf(keys, seen.key, reading.header?.object ?? {});
  const lines = seen.checks.map((line) =>
    lineOf(line, {
      material,
      expectations,
      refusal: refusedKeys[0],
      damaged: reading.pasted !== reading.token,
    }),
  );
  const first = lines.find(({ result }) => result === 'failed');
  return {
    outcome: outcomeOf(first, lines),
    code: first?.code,
    signature: signatureOf(lines),
    lines,
    algorithms,
    keyIndex: seen.key && keys.indexOf(seen.key),
    mismatch: mismatchOf(reading.header?.object?.['alg'], material),
    refusedKeys,
    now,
  };
}

interface Circumstances {
  readonly material: KeyMaterial;
  readonly expectations: Expectations;
  /** Why no verifier takes the key that made the signature; where none did, any of those that might have. */
  readonly refusal: KeyErrorCode | undefined;
  /** Was the token mended before it was looked at? A verifier mends nothing. */
  readonly damaged: boolean;
}

function lineOf(line: ExaminedCheck, circumstances: Circumstances): VerdictLine {
  const { material, expectations, refusal, damaged } = circumstances;
  const { check, result, input, code } = line;
  const keyless = material.kind === 'none' || material.kind === 'fault';
  if (check === 'parts' && damaged && result === 'passed') {
    return { check, result: 'failed', code: 'token_malformed', input: { reason: 'not as it was pasted' } };
  }
  if (keyless && (check === 'key' || check === 'signature')) return { check, result: 'no_key', input: {} };
  if (check === 'key' && refusal !== undefined && result !== 'not_reached') {
    return { check, result: 'failed', code: refusal, input };
  }
  if (result === 'passed' && isAssumed(check, expectations, keyless))
    return { check, result: 'assumed', input };
  return { check, result, input, ...(code !== undefined && { code }) };
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

/** Was this check passed only because the token was taken at its own word? */
function isAssumed(check: Check, { issuer, audience, algorithms }: Expectations, keyless: boolean): boolean {
  if (check === 'issuer') return issuer === '';
  if (check === 'audience') return audience === '';
  return check === 'allowed_algorithm' && algorithms.length === 0 && keyless;
}

function outcomeOf(first: VerdictLine | undefined, lines: readonly VerdictLine[]): Verdict['outcome'] {
  if (first !== undefined) return 'refused';
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
  const need = isSymmetric(alg) ? 'a shared secret' : `${kty === 'AKP' ? alg : (crv ?? kty)} key`;
  if (material.kind === 'secret')
    return isSymmetric(alg) ? undefined : { alg, have: 'a shared secret', need };
  if (material.keys.some(({ publicJwk }) => fits(publicJwk, alg))) return undefined;
  return { alg, have: [...new Set(material.keys.map(describe))].slice(0, 4).join(', '), need };
}

function firstText(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' && first !== '' ? first : undefined;
}
