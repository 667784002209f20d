import {
  checkAudience,
  checkExpiry,
  checkIssuedAt,
  checkLifetime,
  checkNotBefore,
  checkRequired,
} from '../claims/check-claims.ts';
import { type Fault, findBinding, findMalformed, findOtherKind } from '../claims/fixed-checks.ts';
import { CHECKS, type Check, TokenError, type TokenErrorCode } from '../errors.ts';
import { type Facts, printable } from '../facts.ts';
import { isEncrypted } from '../jwe/compact.ts';
import { decryptToken, type OpenedToken } from '../jwe/decrypt.ts';
import type { VerificationKey } from '../jwk/verification-key.ts';
import { type CompactToken, readClaims, readCompact, splitToken } from '../jws/compact.ts';
import { checkByWebCrypto } from '../jws/signature.ts';
import type { JsonObject } from '../jws/strict-json.ts';
import { type CompiledPolicy, compilePolicies } from '../verifier/policy.ts';
import { refusal } from '../verifier/refusal.ts';
import {
  checkAlgorithm,
  checkConfidentiality,
  checkIssuer,
  checkSignature,
  checkType,
  findKeys,
  type ReadToken,
} from '../verifier/steps.ts';
import type { Expected, IssuerPolicy } from '../verifier/types.ts';

/** What came of one check. not_needed: the token gives it nothing to look at, such as decryption of one in the clear. */
export type CheckResult = 'passed' | 'failed' | 'not_reached' | 'not_needed';

export interface ExaminedCheck {
  readonly check: Check;
  readonly result: CheckResult;
  /** Of a check that failed. */
  readonly code?: TokenErrorCode;
  /** What it looked at: of a failed one as {@link TokenError.detail}, of a passed one what was read of the token. */
  readonly input: Facts;
}

/** Everything that a verifier would ask of a token, asked to the end. */
export interface Examination {
  /** One for each of CHECKS, in their order. */
  readonly checks: readonly ExaminedCheck[];
  /** The code that a verifier refuses the token with: that of the first check that failed. Undefined: it is accepted. */
  readonly code: TokenErrorCode | undefined;
  /** The key that made the signature. */
  readonly key: VerificationKey | undefined;
  /** What was inside, when the token was encrypted and could be opened. */
  readonly signed: string | undefined;
}

export interface ExamineOptions {
  readonly issuers: readonly IssuerPolicy[];
  readonly expected: Expected;
  /** Seconds since the epoch. */
  readonly now: number;
}

/**
 * Asks the checks of a verifier one by one and goes on after one that fails, as far as what was read allows: for people
 * who want to know all that is wrong with a token. The checks are those of `createVerifier`, and the first that fails
 * is the one it would refuse with. Decide nothing on the others: what stands behind a failed check is not verified.
 *
 * @throws {PolicyError} when a policy is incomplete or contradicts itself
 */
export async function examine(token: string, options: ExamineOptions): Promise<Examination> {
  const policies = compilePolicies({ issuers: options.issuers });
  const found = new Findings();
  const opened = await open(token, policies, found);
  if (isEncrypted(token) && opened === undefined) return found.close();
  const signed = opened?.signed ?? token;
  const compact = found.attempt('algorithm', () => readCompact(signed));
  const parts = compact ?? unreadable(signed);
  const claims = parts && found.attempt('payload', () => readClaims(parts.payload, parts.header));
  if (claims !== undefined) {
    await examineClaims({ claims, compact, opened, policies, found, options, typ: parts?.header['typ'] });
  } else if (compact !== undefined) {
    const only = onlyOne(policies);
    if (only !== undefined) await examineSignature({ ...compact, claims: {} }, only, found);
  }
  return { ...found.close(), signed: opened?.signed };
}

interface Read {
  readonly claims: JsonObject;
  /** Absent when the header is one that no verifier goes on with. */
  readonly compact: CompactToken | undefined;
  readonly opened: OpenedToken | undefined;
  readonly policies: ReadonlyMap<string, CompiledPolicy>;
  readonly found: Findings;
  readonly options: ExamineOptions;
  readonly typ: unknown;
}

async function examineClaims(read: Read): Promise<void> {
  const { claims, compact, opened, policies, found, options } = read;
  const own = found.attempt(
    'issuer',
    () => checkIssuer(policies, { header: {}, claims }, options.expected),
    claims,
    'iss',
  );
  const policy = own ?? onlyOne(policies);
  if (policy !== undefined) {
    await found.attemptLater('confidentiality', async () =>
      checkConfidentiality(policy, { header: {}, claims }, opened),
    );
    if (compact !== undefined) await examineSignature({ ...compact, claims }, policy, found);
  }
  found.fixed('kind', findOtherKind(claims, typeof read.typ === 'string' ? read.typ : undefined));
  found.fixed('binding', findBinding(claims));
  const malformed = findMalformed(claims);
  found.fixed('claims', malformed, claims, 'sub', 'client_id', 'jti');
  if (policy !== undefined && malformed === undefined) examineTimes(read, policy);
}

/** With one issuer it is clear whose token it should have been. */
function onlyOne(policies: ReadonlyMap<string, CompiledPolicy>): CompiledPolicy | undefined {
  const [only, ...others] = policies.values();
  return others.length === 0 ? only : undefined;
}

async function examineSignature(token: ReadToken, policy: CompiledPolicy, found: Findings): Promise<void> {
  const { header } = token;
  found.attempt('allowed_algorithm', () => checkAlgorithm(policy, token), header, 'alg');
  found.attempt('type', () => checkType(policy, token), header, 'typ');
  const candidates = await found.attemptLater(
    'key',
    async () => findKeys(token, policy),
    header,
    'alg',
    'kid',
  );
  if (candidates === undefined) return;
  found.key = await found.attemptLater(
    'signature',
    async () => checkSignature(token, policy, candidates, checkByWebCrypto),
    header,
    'alg',
    'kid',
  );
}

/** The checks that a verifier makes on each use of a token. */
function examineTimes({ claims, options, found }: Read, policy: CompiledPolicy): void {
  const { expected, now } = options;
  const { audience } = expected;
  const say = (check: Check, code: TokenErrorCode | undefined, ...names: string[]): void =>
    found.attempt(
      check,
      () => {
        if (code !== undefined) throw refusal(code, { header: {}, claims }, policy, audience, now);
      },
      claims,
      ...names,
    );
  say('expiry', checkExpiry(claims, policy, now), 'exp');
  say('not_before', checkNotBefore(claims, policy, now), 'nbf');
  say('issued_at', checkIssuedAt(claims, policy, now), 'iat');
  if (claims['exp'] !== undefined) say('lifetime', checkLifetime(claims, policy, now), 'iat', 'exp');
  say('audience', checkAudience(claims, policy, audience), 'aud');
  say('required_claims', checkRequired(claims, policy), ...policy.requiredClaims);
}

async function open(
  token: string,
  policies: ReadonlyMap<string, CompiledPolicy>,
  found: Findings,
): Promise<OpenedToken | undefined> {
  if (!isEncrypted(token)) {
    found.skip('encryption', 'decryption');
    return undefined;
  }
  const keys = [...policies.values()].flatMap((policy) => policy.decryptionKeys ?? []);
  return found.attemptLater('decryption', () => decryptToken(token, keys));
}

/** A token whose header no verifier goes on with may have claims that can be read all the same. */
function unreadable(signed: string): Pick<CompactToken, 'header' | 'payload'> | undefined {
  try {
    return splitToken(signed);
  } catch {
    return undefined;
  }
}

/** Collects what came of the checks. */
class Findings {
  readonly #results = new Map<Check, Omit<ExaminedCheck, 'check'>>();
  key: VerificationKey | undefined;

  /**
   * Makes a check. A function of the verifier may make several: it then tells by its error which one failed, and those
   * before that one, back to the last that was made, have passed.
   */
  attempt<T>(
    check: Check,
    make: () => T,
    members: JsonObject = {},
    ...names: readonly string[]
  ): T | undefined {
    try {
      const value = make();
      this.#passed(check, inputOf(members, names));
      return value;
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  async attemptLater<T>(
    check: Check,
    make: () => T | Promise<T>,
    members: JsonObject = {},
    ...names: readonly string[]
  ): Promise<T | undefined> {
    try {
      const value = await make();
      this.#passed(check, inputOf(members, names));
      return value;
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  fixed(check: Check, fault: Fault | undefined, members: JsonObject = {}, ...names: readonly string[]): void {
    if (fault === undefined) this.#passed(check, inputOf(members, names));
    else this.#results.set(check, { result: 'failed', code: fault.code, input: fault.detail });
  }

  skip(...checks: readonly Check[]): void {
    for (const check of checks) this.#results.set(check, { result: 'not_needed', input: {} });
  }

  close(): Examination {
    const checks = CHECKS.map(
      (check): ExaminedCheck => ({
        check,
        ...(this.#results.get(check) ?? { result: 'not_reached', input: {} }),
      }),
    );
    return {
      checks,
      code: checks.find(({ result }) => result === 'failed')?.code,
      key: this.key,
      signed: undefined,
    };
  }

  #passed(check: Check, input: Facts): void {
    this.#passEarlier(check);
    this.#results.set(check, { result: 'passed', input });
  }

  #failed(error: unknown): void {
    if (!(error instanceof TokenError)) throw error;
    this.#passEarlier(error.check);
    this.#results.set(error.check, { result: 'failed', code: error.code, input: error.detail });
  }

  /** Form is read in one go: what comes before the point that was reached, within it, has passed. */
  #passEarlier(reached: Check): void {
    const form: readonly Check[] = FORM.includes(reached)
      ? FORM
      : ENCRYPTED_FORM.includes(reached)
        ? ENCRYPTED_FORM
        : [];
    for (const check of form.slice(0, form.indexOf(reached))) {
      if (!this.#results.has(check)) this.#results.set(check, { result: 'passed', input: {} });
    }
  }
}

const FORM: readonly Check[] = ['size', 'parts', 'header', 'critical', 'algorithm'];
const ENCRYPTED_FORM: readonly Check[] = ['size', 'parts', 'encryption', 'decryption'];

function inputOf(members: JsonObject, names: readonly string[]): Facts {
  return Object.fromEntries(
    names.flatMap((name) => (members[name] === undefined ? [] : [[name, printable(members[name])]])),
  );
}
