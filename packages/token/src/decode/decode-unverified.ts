import { readClaims, readHeader, splitToken } from '../jws/compact.ts';

/** What a token says about itself. Anybody can write anything into it. */
export interface UnverifiedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** As base64url. */
  readonly signature: string;
}

/**
 * Takes a token apart to show it to a person. NOTHING is verified: never decide anything on the result.
 *
 * @throws {TokenError} when it is not a well-formed JWS with strict JSON inside
 */
export function decodeUnverified(token: string): UnverifiedToken {
  const { header, payload, signature } = splitToken(token);
  return { header, claims: readClaims(payload, header), signature };
}

/**
 * The header of an encrypted token (RFC 7516), which is in the clear, to show it to a person. NOTHING is verified.
 *
 * @throws {TokenError} when it is not strict JSON in base64url
 */
export function decodeEncryptedHeader(token: string): Readonly<Record<string, unknown>> {
  return readHeader(token.slice(0, token.indexOf('.')));
}
