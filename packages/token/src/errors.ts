import { KEY_ERRORS, type KeyErrorCode } from './errors/key-errors.ts';
import { POLICY_ERRORS, type PolicyErrorCode } from './errors/policy-errors.ts';
import { type Check, TOKEN_ERRORS, type TokenErrorCode } from './errors/token-errors.ts';
import type { Facts } from './facts.ts';

/**
 * A token that was refused. Match on `code`; the message is for people. Safe to log: it never holds the token,
 * its signature or a key, and what comes from the token is cut to 200 characters.
 */
export class TokenError extends Error {
  override readonly name = 'TokenError';
  readonly code: TokenErrorCode;
  /** The check that refused it; one of CHECKS. */
  readonly check: Check;
  /** What that check looked at, such as `{ exp, now }`. */
  readonly detail: Facts;
  /** What had been read of the token by then: alg, kid, typ, iss, sub, aud, client_id, jti, exp, nbf, iat. */
  readonly seen: Facts;
  /** True when the signature had been verified, so that `seen` is what the issuer said and no guess. */
  readonly verified: boolean;

  constructor(code: TokenErrorCode, facts: { detail?: Facts; seen?: Facts; verified?: boolean } = {}) {
    super(`${code}: ${TOKEN_ERRORS[code].summary}`);
    this.code = code;
    this.check = TOKEN_ERRORS[code].check;
    this.detail = facts.detail ?? {};
    this.seen = facts.seen ?? {};
    this.verified = facts.verified ?? false;
  }
}

/** A verifier or a key source that was set up wrongly. Thrown at start, never while a token is checked. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  readonly code: PolicyErrorCode;

  constructor(code: PolicyErrorCode, about: string) {
    super(`${code}: ${POLICY_ERRORS[code].summary} (${about})`);
    this.code = code;
  }
}

/** A key or a secret that may not be used. The message names the key by its `kid` or place, never by its value. */
export class KeyError extends Error {
  override readonly name = 'KeyError';
  readonly code: KeyErrorCode;
  readonly kid: string | undefined;
  /** Where the key is, such as `secret 2` or a path; may be empty. */
  readonly about: string;

  constructor(code: KeyErrorCode, facts: { about?: string; kid?: string | undefined } = {}) {
    const kid = facts.kid?.slice(0, 200);
    const about = facts.about ?? '';
    const place = [kid === undefined ? '' : `kid ${JSON.stringify(kid)}`, about].filter(
      (part) => part !== '',
    );
    super(`${code}: ${KEY_ERRORS[code].summary}${place.length === 0 ? '' : ` (${place.join(', ')})`}`);
    this.code = code;
    this.about = about;
    this.kid = kid;
  }
}

export { KEY_ERRORS, type KeyErrorCode } from './errors/key-errors.ts';
export { POLICY_ERRORS, type PolicyErrorCode } from './errors/policy-errors.ts';
export {
  CHECK_SUMMARIES,
  CHECKS,
  type Check,
  TOKEN_ERRORS,
  type TokenErrorCode,
} from './errors/token-errors.ts';
