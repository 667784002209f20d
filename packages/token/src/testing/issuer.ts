import assert from 'node:assert/strict';
import {
  type Algorithm,
  createVerifier,
  generateKey,
  type IssuerPolicy,
  type JwtClaims,
  jwksKeys,
  type PrivateJwk,
  type PublicJwk,
  TokenError,
  type TokenErrorCode,
  type Verifier,
} from '../index.ts';
import { forge, type Signer, signerOf } from './forge.ts';

/** The time at which tests take place, in seconds since the epoch. */
export const NOW = 1_900_000_000;
export const ISSUER = 'https://id.example.com';
export const AUDIENCE = 'https://api.example.com/orders';
export const EXPECTED = { audience: AUDIENCE };

/** An issuer with one key, and a verifier that trusts it. */
export interface TestIssuer {
  readonly alg: Algorithm;
  readonly privateJwk: PrivateJwk;
  readonly publicJwk: PublicJwk;
  readonly signer: Signer;
  readonly header: { alg: string; kid: string; typ: string };
  readonly verifier: Verifier;
}

export async function makeIssuer(alg: Algorithm, policy: Partial<IssuerPolicy> = {}): Promise<TestIssuer> {
  const { privateJwk, publicJwk } = await generateKey(alg);
  return {
    alg,
    privateJwk,
    publicJwk,
    signer: signerOf(privateJwk),
    header: { alg, kid: publicJwk.kid, typ: 'at+jwt' },
    verifier: await verifierFor([publicJwk], { algorithms: [alg], ...policy }),
  };
}

/** A verifier for the test issuer with these keys, at {@link NOW}. */
export async function verifierFor(
  keys: readonly object[],
  policy: Partial<IssuerPolicy> & Pick<IssuerPolicy, 'algorithms'>,
): Promise<Verifier> {
  const source = policy.keys ?? (await jwksKeys({ keys }, { algorithms: policy.algorithms }));
  return createVerifier({ issuers: [{ issuer: ISSUER, ...policy, keys: source }], clock: () => NOW });
}

/** Claims of a good access token, with changes; undefined takes a claim out. */
export function goodClaims(changes: Record<string, unknown> = {}): JwtClaims {
  const claims: Record<string, unknown> = {
    iss: ISSUER,
    sub: 'user-1',
    aud: AUDIENCE,
    client_id: 'app-1',
    iat: NOW - 10,
    exp: NOW + 300,
    jti: 'token-1',
    ...changes,
  };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}

/** A token of this issuer, good but for the changes. */
export function tokenOf(
  issuer: TestIssuer,
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
): string {
  return forge({ ...issuer.header, ...header }, goodClaims(claims), issuer.signer);
}

/** Asserts that a token is refused for exactly this reason, by verify and, afterwards, by recall as well. */
export async function refuses(
  verifier: Verifier,
  token: string,
  code: TokenErrorCode,
  expected: { audience: string; issuers?: ReadonlySet<string> } = EXPECTED,
): Promise<TokenError> {
  const error = await verifier.verify(token, expected).then(
    () => assert.fail(`accepted, though it should be refused as ${code}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof TokenError, String(error));
  assert.equal(error.code, code);
  const recalled = attempt(() => verifier.recall(token, expected));
  assert.ok(recalled === undefined || (recalled instanceof TokenError && recalled.code === code));
  return error;
}

function attempt<T>(run: () => T): T | unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
