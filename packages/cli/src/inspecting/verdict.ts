import type { TokenError, VerifiedToken } from '@portcullis/token';

/** What `token verify --json` prints. */
export type Verdict = Accepted | Refused;

export interface Accepted {
  readonly verdict: 'accepted';
  readonly issuer: string;
  readonly audience: string;
  readonly header: VerifiedToken['header'];
  readonly claims: VerifiedToken['claims'];
}

export interface Refused {
  readonly verdict: 'refused';
  readonly code: TokenError['code'] | 'token_revoked';
  readonly check: TokenError['check'] | 'revocation';
  /** What that check asks. */
  readonly question: string;
  readonly summary: string;
  readonly cure: string;
  readonly detail: TokenError['detail'];
  readonly seen: TokenError['seen'];
  /** Had the signature been verified by then? Only then is `seen` true. */
  readonly signatureVerified: boolean;
}
