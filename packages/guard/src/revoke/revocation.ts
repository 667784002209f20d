/**
 * By what a revocation names the tokens it ends: one token (`jti`), a session (`sid`), all of a subject (`sub`) or a client
 * (`client_id`), all under a signing key (`kid`), or all of the issuer.
 */
export const REVOKED_BY = ['jti', 'session', 'subject', 'client', 'key', 'issuer'] as const;
export type RevokedBy = (typeof REVOKED_BY)[number];

/** Ends tokens of an issuer before they expire. Plain data: it crosses process borders as it is. */
export interface Revocation {
  /** The exact `iss` of the tokens. */
  readonly issuer: string;
  readonly by: RevokedBy;
  /** The `jti`, `sid`, `sub`, `client_id` or `kid`; empty for `issuer`. */
  readonly value: string;
  /** Only tokens whose `iat` lies before this end, and those without one. Seconds since the epoch; absent: all end. */
  readonly issuedBefore?: number;
  /** When the last token that this ends has expired: it may be forgotten then. Seconds since the epoch; absent: never. */
  readonly until?: number;
}

/** Where revocations come from. Whoever follows it has first all that are in force, then each that comes. */
export interface RevocationFeed {
  /**
   * @param take is given them in batches, one after the other; the same one may come twice
   * @returns once `take` has taken all that are in force; then ends the following
   * @throws whatever keeps those in force from being read: without them nobody may be let in
   */
  follow(take: (batch: readonly Revocation[]) => Promise<void>): Promise<() => void>;
}
