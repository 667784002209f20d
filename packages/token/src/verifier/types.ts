import type { Algorithm } from '../jwa/algorithms.ts';
import type { DecryptionKeys } from '../jwe/decryption-keys.ts';
import type { SignatureCheck } from '../jws/signature.ts';
import type { KeySource } from '../keys/key-source.ts';

/**
 * What the `typ` of a header may say. `at+jwt` (RFC 9068) also admits `application/at+jwt`, and so on; compared
 * without case. `none` stands for a header without typ.
 */
export type TokenType = 'at+jwt' | 'JWT' | 'none' | (string & {});

/** How one issuer encrypts its tokens (RFC 7516); what comes out must be signed all the same. */
export interface DecryptionPolicy {
  readonly keys: DecryptionKeys;
  /** True refuses tokens of this issuer that are not encrypted. Default false. */
  readonly required?: boolean;
}

/** What one issuer's tokens must be like. */
export interface IssuerPolicy {
  /** What operators call it. Default: the issuer itself. */
  readonly name?: string;
  /** The exact `iss` of its tokens. */
  readonly issuer: string;
  /** The algorithms it signs with; at least one. */
  readonly algorithms: readonly Algorithm[];
  readonly keys: KeySource;
  /** Absent: an encrypted token of this issuer is refused. */
  readonly decryption?: DecryptionPolicy;
  /** Default `['at+jwt']`. Types of tokens that are not access tokens can never be listed. */
  readonly types?: readonly TokenType[];
  /** True admits tokens without `aud`; one that is there is checked all the same. Default false. */
  readonly audienceOptional?: boolean;
  /** Claims that must be there and not null. */
  readonly requiredClaims?: readonly string[];
  /** Longest lifetime in seconds, exp - iat (or exp - now for a token without iat). Default 86400. */
  readonly maxLifetime?: number;
  /** How far clocks may differ, in seconds, 0 to 60. Default 5. */
  readonly clockSkew?: number;
}

export interface VerifierOptions {
  readonly issuers: readonly IssuerPolicy[];
  /** Seconds since the epoch, may be fractional. Default: the clock of the machine. */
  readonly clock?: () => number;
  /** How signatures are checked. Default: by WebCrypto. `./node` has a faster way, `checkByOpenSsl`. */
  readonly checkSignature?: SignatureCheck;
  /**
   * Bound of the cache of verified tokens, in bytes (estimated). Default 32 MiB; 0 turns it off. A sixteenth of it is for tokens that
   * came once.
   */
  readonly cache?: { readonly maxBytes: number };
}

/** What the API that is called expects of a token. */
export interface Expected {
  /** The exact audience of the API; `aud` must be it or contain it. */
  readonly audience: string;
  /** Names of the issuers that the API takes. Absent: all of the verifier's. */
  readonly issuers?: ReadonlySet<string>;
}

/** The claims of a token (RFC 7519 section 4, RFC 9068 section 2.2). Times are seconds since the epoch. */
export interface JwtClaims {
  iss?: string;
  sub?: string;
  aud?: string | string[];
  exp?: number;
  nbf?: number;
  iat?: number;
  jti?: string;
  client_id?: string;
  scope?: string | string[];
  [name: string]: unknown;
}

/** A token whose signature and claims were all checked. Deep frozen. */
export interface VerifiedToken {
  /** The `name` of the issuer's policy. */
  readonly issuerName: string;
  readonly header: { readonly alg: Algorithm; readonly kid?: string; readonly typ?: string };
  readonly claims: Readonly<JwtClaims>;
}

export interface Verifier {
  /**
   * Checks a token in full, in the order of CHECKS (RFC 7519 section 7.2, RFC 9068 section 4).
   *
   * @throws {TokenError} for any token that is refused
   * @throws {PolicyError} when the expected audience is not a non-empty text
   */
  verify(token: string, expected: Expected): Promise<VerifiedToken>;
  /**
   * The same, without a promise unless something has to be waited for: keys that are not loaded yet, an encrypted token, a
   * signature check that takes its time. It throws or rejects.
   */
  verifyNow(token: string, expected: Expected): VerifiedToken | Promise<VerifiedToken>;
  /**
   * The same answer without a promise, for a token whose signature was verified before by a key that is still
   * trusted. Everything that can change between two calls is checked again.
   *
   * @returns the token, or undefined when it must go through {@link verify}
   * @throws {TokenError} when it is cached but refused now: expired, another audience, …
   * @throws {PolicyError} when the expected audience is not a non-empty text
   */
  recall(token: string, expected: Expected): VerifiedToken | undefined;
}
