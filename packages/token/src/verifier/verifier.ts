import { checkClaims } from '../claims/check-claims.ts';
import { deepFreeze } from '../claims/deep-freeze.ts';
import { checkOnce, type Fault } from '../claims/fixed-checks.ts';
import { PolicyError, TokenError } from '../errors.ts';
import { type Facts, printable } from '../facts.ts';
import { isEncrypted } from '../jwe/compact.ts';
import { decryptToken, type OpenedToken } from '../jwe/decrypt.ts';
import type { VerificationKey } from '../jwk/verification-key.ts';
import { type CompactToken, readClaims, readCompact } from '../jws/compact.ts';
import { seenOf } from '../jws/seen.ts';
import { signedBy } from '../jws/signature.ts';
import type { JsonObject } from '../jws/strict-json.ts';
import { type CompiledPolicy, compilePolicies } from './policy.ts';
import { refusal } from './refusal.ts';
import { TokenCache } from './token-cache.ts';
import { admitsType } from './token-types.ts';
import type { Expected, VerifiedToken, Verifier, VerifierOptions } from './types.ts';

const DEFAULT_CACHE_BYTES = 32 * 1024 * 1024;

/** What one verified signature taught: facts about signature and issuer, none about audience or time. */
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
  const decryptionKeys = [...policies.values()].flatMap((policy) => policy.decryptionKeys ?? []);
  const cache = new TokenCache<Verdict>(readCacheBytes(options.cache?.maxBytes ?? DEFAULT_CACHE_BYTES));

  function recall(token: string, expected: Expected): VerifiedToken | undefined {
    checkExpected(expected);
    const verdict = cache.get(token);
    if (verdict === undefined) return undefined;
    if (!verdict.policy.keys.trusts(verdict.key)) {
      cache.delete(token);
      return undefined;
    }
    return admit(verdict, expected, clock());
  }

  async function verify(token: string, expected: Expected): Promise<VerifiedToken> {
    const known = recall(token, expected);
    if (known !== undefined) return known;
    const opened = isEncrypted(token) ? await decryptToken(token, decryptionKeys) : undefined;
    const compact = readCompact(opened?.signed ?? token);
    const claims = readClaims(compact.payload, compact.header);
    const seen = seenOf(compact.header, claims);
    const policy = checkIssuer(policies, claims, expected, seen);
    await checkConfidentiality(policy, opened, seen);
    checkForm(policy, compact, seen);
    const key = await checkSignature(compact, claims, policy);
    const verdict = verdictOf(compact, claims, policy, key);
    cache.set(token, verdict, estimateBytes(compact));
    return admit(verdict, expected, clock());
  }

  return Object.freeze({ verify, recall });
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

/** Whose policy the token is held to. */
function checkIssuer(
  policies: ReadonlyMap<string, CompiledPolicy>,
  claims: JsonObject,
  expected: Expected,
  seen: Facts,
): CompiledPolicy {
  const { iss } = claims;
  const policy = typeof iss === 'string' ? policies.get(iss) : undefined;
  if (policy === undefined) throw new TokenError('issuer_unknown', { detail: { iss: printable(iss) }, seen });
  if (expected.issuers !== undefined && !expected.issuers.has(policy.name)) {
    throw issuerNotAllowed(policy, seen, false);
  }
  return policy;
}

/** A key of ours opens the tokens of the issuers it is meant for; it does not make another's token one of theirs. */
async function checkConfidentiality(
  policy: CompiledPolicy,
  opened: OpenedToken | undefined,
  seen: Facts,
): Promise<void> {
  const detail: Facts = { issuer: policy.name };
  if (opened === undefined) {
    if (policy.encryptionRequired) throw new TokenError('encryption_required', { detail, seen });
    return;
  }
  const { encrypted, key } = opened;
  const own = (await policy.decryptionKeys?.find(encrypted.alg, encrypted.enc, encrypted.kid)) ?? [];
  if (!own.some(({ id }) => id === key.id)) throw new TokenError('encryption_foreign', { detail, seen });
}

/** Algorithm and type: what the header says against what this issuer may say there. */
function checkForm(policy: CompiledPolicy, token: CompactToken, seen: Facts): void {
  if (!policy.algorithms.has(token.alg)) {
    throw new TokenError('alg_not_allowed', {
      detail: { alg: token.alg, allowed: [...policy.algorithms] },
      seen,
    });
  }
  if (!admitsType(policy.types, token.typ)) {
    const allowed = [...policy.types].map((type) => type.trim());
    throw new TokenError('typ_not_allowed', { detail: { typ: printable(token.typ), allowed }, seen });
  }
}

async function checkSignature(
  token: CompactToken,
  claims: JsonObject,
  policy: CompiledPolicy,
): Promise<VerificationKey> {
  const candidates = await candidatesFor(token, claims, policy);
  for (const key of candidates) {
    // A key is only ever used for the algorithm it was imported for.
    if (key.alg === token.alg && (await signedBy(token.text, key))) return key;
  }
  throw new TokenError('signature_invalid', {
    detail: { issuer: policy.name, keysTried: candidates.length },
    seen: seenOf(token.header, claims),
  });
}

async function candidatesFor(
  token: CompactToken,
  claims: JsonObject,
  policy: CompiledPolicy,
): Promise<readonly VerificationKey[]> {
  try {
    return await policy.keys.find(token.alg, token.kid);
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    // The key source knows its keys but not the token.
    const detail: Facts = { issuer: policy.name, ...error.detail };
    throw new TokenError(error.code, { detail, seen: seenOf(token.header, claims) });
  }
}

function verdictOf(
  compact: CompactToken,
  claims: JsonObject,
  policy: CompiledPolicy,
  key: VerificationKey,
): Verdict {
  const { alg, kid, typ } = compact;
  const header = Object.freeze({ alg, ...(kid !== undefined && { kid }), ...(typ !== undefined && { typ }) });
  const facts = { policy, key, header, claims: deepFreeze(claims) };
  const checked = checkOnce(claims, typ);
  if ('fault' in checked) return { ...facts, token: undefined, fault: checked.fault };
  return { ...facts, token: Object.freeze({ issuerName: policy.name, header, claims: checked.claims }) };
}

function issuerNotAllowed(policy: CompiledPolicy, seen: Facts, verified: boolean): TokenError {
  return new TokenError('issuer_not_allowed', { detail: { issuer: policy.name }, seen, verified });
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

/** Parsed JSON takes several times the room of its text; the rest is objects and map slots. */
function estimateBytes(compact: CompactToken): number {
  return compact.payload.length * 6 + 600;
}
