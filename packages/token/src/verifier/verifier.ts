import { checkClaims } from '../claims/check-claims.ts';
import { deepFreeze } from '../claims/deep-freeze.ts';
import { checkOnce, type Fault } from '../claims/fixed-checks.ts';
import { PolicyError, TokenError } from '../errors.ts';
import type { Algorithm } from '../jwa/algorithms.ts';
import { isEncrypted } from '../jwe/compact.ts';
import { decryptToken, type OpenedToken } from '../jwe/decrypt.ts';
import type { VerificationKey } from '../jwk/verification-key.ts';
import { type CompactToken, readClaims, readCompact } from '../jws/compact.ts';
import { seenOf } from '../jws/seen.ts';
import { checkByWebCrypto } from '../jws/signature.ts';
import type { JsonObject } from '../jws/strict-json.ts';
import { RememberingToken } from './per-token.ts';
import { type CompiledPolicy, compilePolicies } from './policy.ts';
import { refusal } from './refusal.ts';
import {
  checkAlgorithm,
  checkConfidentiality,
  checkIssuer,
  checkSignature,
  checkType,
  findKeys,
  issuerNotAllowed,
  type ReadToken,
} from './steps.ts';
import { TokenCache } from './token-cache.ts';
import type { Expected, VerifiedToken, Verifier, VerifierOptions } from './types.ts';

const DEFAULT_CACHE_BYTES = 32 * 1024 * 1024;

/**
 * What one verified signature taught: facts about signature and issuer, none about audience or time. What was made of the token
 * (`perToken`) stays with it.
 */
type Verdict = {
  readonly policy: CompiledPolicy;
  readonly key: VerificationKey;
  readonly header: VerifiedToken['header'];
  readonly claims: Readonly<JsonObject>;
} & (
  | { readonly token: VerifiedToken }
  /** Refused whoever asks and whenever. */
  | { readonly token: undefined; readonly fault: Fault }
);

/**
 * Makes a verifier for the tokens of the given issuers. All that a policy says is checked and compiled here.
 *
 * @throws {PolicyError} when a policy is incomplete or contradicts itself
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const policies = compilePolicies(options);
  const clock = options.clock ?? (() => Date.now() / 1000);
  const check = options.checkSignature ?? checkByWebCrypto;
  const decryptionKeys = [...policies.values()].flatMap((policy) => policy.decryptionKeys ?? []);
  const cache = new TokenCache<Verdict>(readCacheBytes(options.cache?.maxBytes ?? DEFAULT_CACHE_BYTES));

  function recall(token: string, expected: Expected): VerifiedToken | undefined {
    checkExpected(expected);
    if (typeof token !== 'string') return undefined; // verify says so
    const verdict = cache.get(token);
    if (verdict === undefined) return undefined;
    if (!verdict.policy.keys.trusts(verdict.key)) {
      cache.delete(token);
      return undefined;
    }
    return admit(verdict, expected, clock());
  }

  function verifyNow(token: string, expected: Expected): VerifiedToken | Promise<VerifiedToken> {
    const known = recall(token, expected);
    if (known !== undefined) return known;
    if (!isEncrypted(token)) return examine(token, readToken(token), expected, undefined);
    return decryptToken(token, decryptionKeys).then((opened) =>
      examine(token, readToken(opened.signed), expected, opened),
    );
  }

  /** @param text the token as it came: with its encryption, if it had one */
  function examine(
    text: string,
    token: ReadToken,
    expected: Expected,
    opened: OpenedToken | undefined,
  ): VerifiedToken | Promise<VerifiedToken> {
    const policy = checkIssuer(policies, token, expected);
    const onceConfidential = () => {
      checkAlgorithm(policy, token);
      checkType(policy, token);
      return then(findKeys(token, policy), onceKeysAreFound);
    };
    const onceKeysAreFound = (candidates: readonly VerificationKey[]) =>
      then(checkSignature(token, policy, candidates, check), onceSigned);
    const onceSigned = (key: VerificationKey) => {
      const verdict = verdictOf(token, policy, key);
      cache.set(text, verdict, estimateBytes(token));
      return admit(verdict, expected, clock());
    };
    return then(checkConfidentiality(policy, token, opened), onceConfidential);
  }

  async function verify(token: string, expected: Expected): Promise<VerifiedToken> {
    return verifyNow(token, expected);
  }

  return Object.freeze({ verify, verifyNow, recall });
}

/** Everything that may differ between two uses of one verified token. */
function admit(verdict: Verdict, expected: Expected, now: number): VerifiedToken {
  const { policy, token } = verdict;
  if (expected.issuers !== undefined && !expected.issuers.has(policy.name)) {
    throw issuerNotAllowed(policy, seenOf(verdict.header, verdict.claims), true);
  }
  if (token === undefined) {
    const { code, detail } = verdict.fault;
    throw new TokenError(code, { detail, seen: seenOf(verdict.header, verdict.claims), verified: true });
  }
  const code = checkClaims(token.claims, policy, expected.audience, now);
  if (code !== undefined) throw refusal(code, token, policy, expected.audience, now);
  return token;
}

function verdictOf(token: ReadToken, policy: CompiledPolicy, key: VerificationKey): Verdict {
  const { alg, kid, typ } = token;
  const header = headerOf(alg, kid, typ);
  const claims = deepFreeze(token.claims);
  const checked = checkOnce(claims, typ);
  if ('fault' in checked) return { policy, key, header, claims, token: undefined, fault: checked.fault };
  return { policy, key, header, claims, token: new RememberingToken(policy.name, header, checked.claims) };
}

function headerOf(alg: Algorithm, kid: string | undefined, typ: string | undefined): VerifiedToken['header'] {
  if (kid === undefined) return Object.freeze(typ === undefined ? { alg } : { alg, typ });
  return Object.freeze(typ === undefined ? { alg, kid } : { alg, kid, typ });
}

function checkExpected(expected: Expected): void {
  if (typeof expected.audience !== 'string' || expected.audience === '') {
    throw new PolicyError('audience_invalid', 'expected.audience');
  }
}

function readCacheBytes(bytes: unknown): number {
  if (typeof bytes !== 'number' || !(bytes >= 0)) throw new PolicyError('cache_invalid', 'cache.maxBytes');
  return bytes;
}

function readToken(text: string): ReadToken {
  const { header, alg, kid, typ, payload, signature } = readCompact(text);
  return { text, header, alg, kid, typ, payload, signature, claims: readClaims(payload, header) };
}

type Eventually<Value> = Value | Promise<Value>;

/** Goes on with a value, at once where it is here. */
function then<Value, Next>(
  value: Eventually<Value>,
  next: (value: Value) => Eventually<Next>,
): Eventually<Next> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** Parsed JSON takes several times the room of its text; the rest is objects, map slots and what is made per token. */
function estimateBytes(compact: CompactToken): number {
  return compact.payload.length * 6 + 1200;
}
