import type { Algorithm } from '@portcullis/token';

/** What somebody expects of a token. An empty field is not pinned: the token's own word is taken for it, and the verdict says so. */
export interface Expectations {
  /** Empty: any that the key is for. */
  readonly algorithms: readonly Algorithm[];
  readonly issuer: string;
  readonly audience: string;
  /** True: only what says it is an access token (RFC 9068 section 2.1). */
  readonly accessTokensOnly: boolean;
  /** Seconds since the epoch; undefined: now. */
  readonly asOf: number | undefined;
  /** Seconds, 0 to 60. */
  readonly clockSkew: number;
  /** Seconds. */
  readonly maxLifetime: number;
  readonly requiredClaims: readonly string[];
}

/** As a gateway has them, where nothing is set. */
export const DEFAULT_EXPECTATIONS: Expectations = {
  algorithms: [],
  issuer: '',
  audience: '',
  accessTokensOnly: false,
  asOf: undefined,
  clockSkew: 5,
  maxLifetime: 86_400,
  requiredClaims: [],
};
