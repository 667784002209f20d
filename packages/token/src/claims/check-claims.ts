import type { TokenErrorCode } from '../errors.ts';
import type { CompiledPolicy } from '../verifier/policy.ts';
import type { JwtClaims } from '../verifier/types.ts';

/**
 * The checks that depend on time, on the API that is called or on the issuer's policy, in the order of CHECKS
 * (RFC 7519 section 4.1, RFC 9068 section 4). Runs on every request: it allocates nothing.
 *
 * @param now seconds since the epoch
 * @returns the code of the first check that fails, or undefined
 */
export function checkClaims(
  claims: Readonly<JwtClaims>,
  policy: CompiledPolicy,
  audience: string,
  now: number,
): TokenErrorCode | undefined {
  return (
    checkExpiry(claims, policy, now) ??
    checkNotBefore(claims, policy, now) ??
    checkIssuedAt(claims, policy, now) ??
    checkLifetime(claims, policy, now) ??
    checkAudience(claims, policy, audience) ??
    checkRequired(claims, policy)
  );
}

type Claims = Readonly<JwtClaims>;

export function checkExpiry(
  { exp }: Claims,
  policy: CompiledPolicy,
  now: number,
): TokenErrorCode | undefined {
  if (exp === undefined) return 'exp_missing';
  // Written so that a clock that is not a number refuses.
  return now < exp + policy.clockSkew ? undefined : 'token_expired';
}

export function checkNotBefore(
  { nbf }: Claims,
  policy: CompiledPolicy,
  now: number,
): TokenErrorCode | undefined {
  return nbf === undefined || now >= nbf - policy.clockSkew ? undefined : 'token_not_yet_valid';
}

export function checkIssuedAt(
  { iat }: Claims,
  policy: CompiledPolicy,
  now: number,
): TokenErrorCode | undefined {
  return iat === undefined || now >= iat - policy.clockSkew ? undefined : 'iat_in_future';
}

export function checkLifetime(
  { exp, iat }: Claims,
  policy: CompiledPolicy,
  now: number,
): TokenErrorCode | undefined {
  return exp !== undefined && exp - (iat ?? now) > policy.maxLifetime ? 'lifetime_too_long' : undefined;
}

export function checkAudience(
  { aud }: Claims,
  policy: CompiledPolicy,
  audience: string,
): TokenErrorCode | undefined {
  if (aud === undefined) return policy.audienceOptional ? undefined : 'audience_missing';
  const fits = typeof aud === 'string' ? aud === audience : aud.includes(audience);
  return fits ? undefined : 'audience_mismatch';
}

export function checkRequired(claims: Claims, policy: CompiledPolicy): TokenErrorCode | undefined {
  return missingClaim(claims, policy.requiredClaims) === undefined ? undefined : 'claim_missing';
}

/** The first required claim that is absent or null. */
export function missingClaim(claims: Readonly<JwtClaims>, required: readonly string[]): string | undefined {
  for (const name of required) {
    if (!Object.hasOwn(claims, name) || claims[name] === null) return name;
  }
  return undefined;
}
