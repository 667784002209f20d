/** @module Verify and sign JSON Web Tokens under a required policy. Runs wherever WebCrypto does. */

export { decodeEncryptedHeader, decodeUnverified, type UnverifiedToken } from './decode/decode-unverified.ts';
export { discoveredKeys } from './discovery/discovered-keys.ts';
export {
  CHECK_SUMMARIES,
  CHECKS,
  type Check,
  KEY_ERRORS,
  KeyError,
  type KeyErrorCode,
  POLICY_ERRORS,
  PolicyError,
  type PolicyErrorCode,
  TOKEN_ERRORS,
  TokenError,
  type TokenErrorCode,
} from './errors.ts';
export type { Facts } from './facts.ts';
export { ALGORITHMS, type Algorithm, isAlgorithm } from './jwa/algorithms.ts';
export {
  CONTENT_ENCRYPTIONS,
  type ContentEncryption,
  KEY_MANAGEMENT_ALGORITHMS,
  type KeyManagementAlgorithm,
} from './jwe/algorithms.ts';
export { isEncrypted } from './jwe/compact.ts';
export {
  type DecryptionKeys,
  type DecryptionKeysOptions,
  decryptionKeys,
  decryptionSecrets,
} from './jwe/decryption-keys.ts';
export { type EncryptionJwk, type EncryptOptions, encrypt } from './jwe/encrypt.ts';
export { generateEncryptionKey } from './jwe/generate.ts';
export { generateKey } from './jwk/generate.ts';
export type { PrivateJwk, PublicJwk } from './jwk/jwk.ts';
export type { VerificationKey } from './jwk/verification-key.ts';
export type { SignatureCheck, SignedText } from './jws/signature.ts';
export type { Fetch, FetchAnswer, FetchInit } from './keys/fetch.ts';
export type { KeySource, KeySourceStatus } from './keys/key-source.ts';
export { type KeySetEvent, type RemoteJwksOptions, remoteJwks } from './keys/remote-jwks.ts';
export { isSecureUrl } from './keys/secure-url.ts';
export { jwksKeys, pemKeys, type StaticKeysOptions, secretKeys } from './keys/static-keys.ts';
export { type SignOptions, sign } from './sign/sign.ts';
export { perToken } from './verifier/per-token.ts';
export type {
  DecryptionPolicy,
  Expected,
  IssuerPolicy,
  JwtClaims,
  TokenType,
  VerifiedToken,
  Verifier,
  VerifierOptions,
} from './verifier/types.ts';
export { createVerifier } from './verifier/verifier.ts';
