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

/** Whose policy the token is held to. */
export function checkIssuer(
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
export async function checkConfidentiality(
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

/** What algorithm the header names, against those that this issuer signs with. */
export function checkAlgorithm(policy: CompiledPolicy, token: CompactToken, seen: Facts): void {
  if (policy.algorithms.has(token.alg)) return;
  throw new TokenError('alg_not_allowed', {
    detail: { alg: token.alg, allowed: [...policy.algorithms] },
    seen,
  });
}

/** What kind of token the header says it is, against the kinds this issuer's tokens may be. */
export function checkType(policy: CompiledPolicy, token: CompactToken, seen: Facts): void {
  if (!admitsType(policy.types, token.typ)) {
    const allowed = [...policy.types].map((type) => type.trim());
    throw new TokenError('typ_not_allowed', { detail: { typ: printable(token.typ), allowed }, seen });
  }
}

/** The key that made the signature, of those that may have. */
export async function checkSignature(
  token: CompactToken,
  claims: JsonObject,
  policy: CompiledPolicy,
  candidates: readonly VerificationKey[],
  check: SignatureCheck,
): Promise<VerificationKey> {
  for (const key of candidates) {
    // A key is only ever used for the algorithm it was imported for.
    if (key.alg === token.alg && (await signedBy(token, key, check))) return key;
  }
  throw new TokenError('signature_invalid', {
    detail: { issuer: policy.name, keysTried: candidates.length },
    seen: seenOf(token.header, claims),
  });
}

/** The keys of the issuer that may have signed this token. */
export async function findKeys(
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

export function issuerNotAllowed(policy: CompiledPolicy, seen: Facts, verified: boolean): TokenError {
  return new TokenError('issuer_not_allowed', { detail: { issuer: policy.name }, seen, verified });
}
