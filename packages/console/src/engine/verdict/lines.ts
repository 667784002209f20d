import type { Check, KeyErrorCode } from '@portcullis/token';
import type { CheckResult, ExaminedCheck } from '@portcullis/token/inspect';
import type { TokenKind } from '../findings/token-kind.ts';
import type { KeyMaterial } from '../keys/material.ts';
import type { Expectations } from './settings.ts';

/** One line of a verdict. */
export interface VerdictLine {
  readonly check: Check;
  /** assumed: nothing was expected, so the token was taken at its word. no_key: nobody can tell. */
  readonly result: CheckResult | 'assumed' | 'no_key';
  /** A reason code of packages/token: of the check, or for `key` of why a verifier takes no such key. */
  readonly code?: string;
  readonly input: ExaminedCheck['input'];
}

/** What decides how a check is told. */
export interface Circumstances {
  readonly material: KeyMaterial;
  readonly expectations: Expectations;
  readonly kind: TokenKind;
  /** Why no verifier takes the key that made the signature; where none did, any of those that might have. */
  readonly refusal: KeyErrorCode | undefined;
  /** Was the token mended before it was looked at? A verifier mends nothing. */
  readonly damaged: boolean;
  /** Does the header promise a signature that is not there? */
  readonly unsigned: boolean;
}

/** A check of packages/token as the verdict tells it. */
export function lineOf(line: ExaminedCheck, circumstances: Circumstances): VerdictLine {
  const { check, result, input, code } = line;
  return (
    ofForm(line, circumstances) ??
    ofKey(line, circumstances) ??
    ofExpectation(line, circumstances) ?? { check, result, input, ...(code !== undefined && { code }) }
  );
}

function ofForm(
  { check, result }: ExaminedCheck,
  { damaged, unsigned }: Circumstances,
): VerdictLine | undefined {
  if (check === 'parts' && damaged && result === 'passed') {
    return { check, result: 'failed', code: 'token_malformed', input: { reason: 'not as it was pasted' } };
  }
  if (check === 'signature' && unsigned) {
    return { check, result: 'failed', code: 'signature_invalid', input: { reason: 'it is missing' } };
  }
  return undefined;
}

function ofKey(
  { check, result, input }: ExaminedCheck,
  { material, refusal }: Circumstances,
): VerdictLine | undefined {
  const keyless = material.kind === 'none' || material.kind === 'fault';
  if (keyless && (check === 'key' || check === 'signature')) return { check, result: 'no_key', input: {} };
  if (check === 'key' && refusal !== undefined && result !== 'not_reached') {
    return { check, result: 'failed', code: refusal, input };
  }
  return undefined;
}

/** What was not expected is not held against the token, and what has nothing to look at has not passed. */
function ofExpectation(line: ExaminedCheck, circumstances: Circumstances): VerdictLine | undefined {
  const { check, result, input } = line;
  const { expectations } = circumstances;
  if (result === 'failed' && isUnexpected(line, circumstances)) return { check, result: 'assumed', input };
  if (result === 'failed' && check === 'issuer') {
    return { check, result, code: 'issuer_unknown', input: { ...input, expected: expectations.issuer } };
  }
  if (result !== 'passed') return undefined;
  if (OPTIONAL.has(check) && Object.keys(input).length === 0) return { check, result: 'not_needed', input };
  return isAssumed(check, circumstances) ? { check, result: 'assumed', input } : undefined;
}

/** Checks of claims that need not be there. */
const OPTIONAL: ReadonlySet<Check> = new Set(['not_before', 'issued_at', 'required_claims']);
/** Kinds that have no exp by their standards (RFC 9449, RFC 8417). */
const ENDLESS: ReadonlySet<TokenKind> = new Set(['dpop_proof', 'security_event']);

function isUnexpected({ check, code }: ExaminedCheck, { expectations, kind }: Circumstances): boolean {
  const { issuer, audience, accessTokensOnly } = expectations;
  if (check === 'issuer') return issuer === '';
  if (check === 'audience') return audience === '';
  if (accessTokensOnly) return false;
  return check === 'type' || check === 'kind' || (code === 'exp_missing' && ENDLESS.has(kind));
}

/** Was this check passed only because the token was taken at its own word? */
function isAssumed(check: Check, { expectations, material }: Circumstances): boolean {
  if (check === 'issuer') return expectations.issuer === '';
  if (check === 'audience') return expectations.audience === '';
  const keyless = material.kind === 'none' || material.kind === 'fault';
  return check === 'allowed_algorithm' && keyless && expectations.algorithms.length === 0;
}
