import { TokenError } from '../errors.ts';
import { type Facts, printable } from '../facts.ts';
import type { OpenedToken } from '../jwe/decrypt.ts';
import type { VerificationKey } from '../jwk/verification-key.ts';
import type { CompactToken } from '../jws/compact.ts';
import { seenOf } from '../jws/seen.ts';
import { type SignatureCheck, signedBy } from '../jws/signature.ts';
import type { JsonObject } from '../jws/strict-json.ts';
import type { CompiledPolicy } from './policy.ts';
import { admitsType } from './token-types.ts';
import type { Expected } from './types.ts';

/** A token of which all parts were read, and nothing is verified. */
export type ReadToken = CompactToken & { readonly claims: JsonObject };
/** Of which no more than this is asked. */
type Members = Pick<ReadToken, 'header' | 'claims'>;

/** Whose policy the token is held to. */
export function checkIssuer(
  policies: ReadonlyMap<string, CompiledPolicy>,
  { header, claims }: Members,
  expected: Expected,
): CompiledPolicy {
  const { iss } = claims;
  const policy = typeof iss === 'string' ? policies.get(iss) : undefined;
  if (policy === undefined) {
    throw new TokenError('issuer_unknown', { detail: { iss: printable(iss) }, seen: seenOf(header, claims) });
  }
  if (expected.issuers !== undefined && !expected.issuers.has(policy.name)) {
    throw issuerNotAllowed(policy, seenOf(header, claims), false);
  }
  return policy;
}

/** A key of ours opens the tokens of the issuers it is meant for; it does not make another's token one of theirs. */
export function checkConfidentiality(
  policy: CompiledPolicy,
  token: Members,
  opened: OpenedToken | undefined,
): void | Promise<void> {
  if (opened !== undefined) return checkDecryptionKey(policy, token, opened);
  if (policy.encryptionRequired) throw confidentialityError('encryption_required', policy, token);
}

async function checkDecryptionKey(
  policy: CompiledPolicy,
  token: Members,
  { encrypted, key }: OpenedToken,
): Promise<void> {
  const own = (await policy.decryptionKeys?.find(encrypted.alg, encrypted.enc, encrypted.kid)) ?? [];
  if (!own.some(({ id }) => id === key.id)) throw confidentialityError('encryption_foreign', policy, token);
}

function confidentialityError(
  code: 'encryption_required' | 'encryption_foreign',
  policy: CompiledPolicy,
  { header, claims }: Members,
): TokenError {
  return new TokenError(code, { detail: { issuer: policy.name }, seen: seenOf(header, claims) });
}

/** What algorithm the header names, against those that this issuer signs with. */
export function checkAlgorithm(policy: CompiledPolicy, { alg, header, claims }: ReadToken): void {
  if (policy.algorithms.has(alg)) return;
  throw new TokenError('alg_not_allowed', {
    detail: { alg, allowed: [...policy.algorithms] },
    seen: seenOf(header, claims),
  });
}

/** What kind of token the header says it is, against the kinds this issuer's tokens may be. */
export function checkType(policy: CompiledPolicy, { typ, header, claims }: ReadToken): void {
  if (admitsType(policy.types, typ)) return;
  const allowed = [...policy.types].map((type) => type.trim());
  throw new TokenError('typ_not_allowed', {
    detail: { typ: printable(typ), allowed },
    seen: seenOf(header, claims),
  });
}

/** The keys of the issuer that may have signed this token. A promise only while they have to be loaded. */
export function findKeys(
  token: ReadToken,
  policy: CompiledPolicy,
): readonly VerificationKey[] | Promise<readonly VerificationKey[]> {
  const fail = (error: unknown): never => {
    if (!(error instanceof TokenError)) throw error;
    // The key source knows its keys but not the token.
    const detail: Facts = { issuer: policy.name, ...error.detail };
    throw new TokenError(error.code, { detail, seen: seenOf(token.header, token.claims) });
  };
  try {
    const found = policy.keys.find(token.alg, token.kid);
    return found instanceof Promise ? found.catch(fail) : found;
  } catch (error) {
    return fail(error);
  }
}

/** The key that made the signature, of those that may have. A promise only where the check is one. */
export function checkSignature(
  token: ReadToken,
  policy: CompiledPolicy,
  candidates: readonly VerificationKey[],
  check: SignatureCheck,
  from = 0,
): VerificationKey | Promise<VerificationKey> {
  for (let at = from; at < candidates.length; at += 1) {
    const key = candidates[at];
    // A key is only ever used for the algorithm it was imported for.
    if (key?.alg !== token.alg) continue;
    const signed = signedBy(token, key, check);
    if (signed === true) return key;
    if (signed === false) continue;
    return signed.then((late) => (late ? key : checkSignature(token, policy, candidates, check, at + 1)));
  }
  throw new TokenError('signature_invalid', {
    detail: { issuer: policy.name, keysTried: candidates.length },
    seen: seenOf(token.header, token.claims),
  });
}

export function issuerNotAllowed(policy: CompiledPolicy, seen: Facts, verified: boolean): TokenError {
  return new TokenError('issuer_not_allowed', { detail: { issuer: policy.name }, seen, verified });
}
