/**
 * @module For looking at tokens, and making some to test with: finds them in any text, asks every check to the end, and takes keys
 * that no verifier would. For people, never for decisions. Runs wherever WebCrypto does.
 */

export { factsOf, isSymmetric } from '../jwa/algorithms.ts';
export { parseStrictObjectText, StrictJsonError } from '../jws/strict-json.ts';
export { FetchError } from '../keys/fetch-object.ts';
export { type ComposingKey, compose } from './compose.ts';
export {
  decryptAnything,
  type EncryptAnythingOptions,
  encryptAnything,
  MOST_PBES2_ROUNDS,
} from './encryption.ts';
export {
  type CheckResult,
  type Examination,
  type ExaminedCheck,
  type ExamineOptions,
  examine,
} from './examine.ts';
export { type LenientKeys, lenientJwks, lenientSecrets, type RefusedKey } from './lenient-keys.ts';
export { type LocatedToken, locateTokens, type Surroundings } from './locate.ts';
export { type FoundKeySet, type LookUpOptions, lookUpIssuer, lookUpKeySet } from './look-up.ts';
