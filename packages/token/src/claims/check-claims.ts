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
  const { exp, nbf, iat } = claims;
  const skew = policy.clockSkew;
  if (exp === undefined) return 'exp_missing';
  // Written so that a clock that is not a number refuses.
  if (!(now < exp + skew)) return 'token_expired';
  if (nbf !== undefined && !(now >= nbf - skew)) return 'token_not_yet_valid';
  if (iat !== undefined && !(now >= iat - skew)) return 'iat_in_future';
  if (exp - (iat ?? now) > policy.maxLifetime) return 'lifetime_too_long';
  return checkAudience(claims.aud, policy, audience) ?? checkRequired(claims, policy.requiredClaims);
}

function checkAudience(
  aud: string | readonly string[] | undefined,
  policy: CompiledPolicy,
  audience: string,
): TokenErrorCode | undefined {
  if (aud === undefined) return policy.audienceOptional ? undefined : 'audience_missing';
  const fits = typeof aud === 'string' ? aud === audience : aud.includes(audience);
  return fits ? undefined : 'audience_mismatch';
}

function checkRequired(claims: Readonly<JwtClaims>, required: readonly string[]): TokenErrorCode | undefined {
  return missingClaim(claims, required) === undefined ? undefined : 'claim_missing';
}

/** The first required claim that is absent or null. */
export function missingClaim(claims: Readonly<JwtClaims>, required: readonly string[]): string | undefined {
  for (const name of required) {
    if (!Object.hasOwn(claims, name) || claims[name] === null) return name;
  }
  return undefined;
}
