import { missingClaim } from '../claims/check-claims.ts';
import { TokenError, type TokenErrorCode } from '../errors.ts';
import { type Facts, printable } from '../facts.ts';
import { seenOf } from '../jws/seen.ts';
import type { JsonObject } from '../jws/strict-json.ts';
import type { CompiledPolicy } from './policy.ts';

/** Says what a check on verified claims looked at. Off the hot path: only a refusal pays for it. */
export function refusal(
  code: TokenErrorCode,
  token: { readonly header: Readonly<JsonObject>; readonly claims: Readonly<JsonObject> },
  policy: CompiledPolicy,
  audience: string,
  now: number,
): TokenError {
  return new TokenError(code, {
    detail: detailOf(code, token.claims, policy, audience, now),
    seen: seenOf(token.header, token.claims),
    verified: true,
  });
}

function detailOf(
  code: TokenErrorCode,
  claims: Readonly<JsonObject>,
  policy: CompiledPolicy,
  audience: string,
  now: number,
): Facts {
  const exp = printable(claims['exp']);
  const clockSkew = policy.clockSkew;
  switch (code) {
    case 'token_expired':
      return { exp, now, clockSkew };
    case 'token_not_yet_valid':
      return { nbf: printable(claims['nbf']), now, clockSkew };
    case 'iat_in_future':
      return { iat: printable(claims['iat']), now, clockSkew };
    case 'lifetime_too_long':
      return { exp, iat: printable(claims['iat']), now, maxLifetime: policy.maxLifetime };
    case 'audience_missing':
    case 'audience_mismatch':
      return { aud: printable(claims['aud']), expected: audience };
    case 'claim_missing':
      return { claim: missingClaim(claims, policy.requiredClaims) ?? null };
    default:
      return {};
  }
}
