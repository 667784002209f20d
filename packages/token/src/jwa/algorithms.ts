/**
 * Every signature algorithm this package knows, as data. Nothing else in the product enumerates algorithms:
 * types, key rules and key generation are all read from this table.
 *
 * Sources: RFC 7518 section 3 (HMAC, RSA, ECDSA), RFC 8037 and RFC 9864 (Ed25519), RFC 9964 (ML-DSA).
 */
export type Family = 'HMAC' | 'RSA' | 'RSA-PSS' | 'ECDSA' | 'EdDSA' | 'ML-DSA';

interface AlgorithmFacts {
  readonly family: Family;
  /** Key type of a JWK for this algorithm. */
  readonly kty: 'oct' | 'RSA' | 'EC' | 'OKP' | 'AKP';
  /** The one curve that goes with it (RFC 7518 section 3.4): a P-384 key never serves ES256. */
  readonly crv?: string;
  /** The hash, as WebCrypto calls it. */
  readonly hash?: string;
  /** Shortest HMAC secret, in bytes: the output of the hash (RFC 7518 section 3.2). */
  readonly minimumSecretBytes?: number;
  /** Values of a JWK's own `alg` that fit. Ed25519 has an older, broader name. */
  readonly jwkAlg: readonly string[];
}

const hmac = (alg: string, bits: 256 | 384 | 512) =>
  ({
    family: 'HMAC',
    kty: 'oct',
    hash: `SHA-${bits}`,
    minimumSecretBytes: bits / 8,
    jwkAlg: [alg],
  }) as const satisfies AlgorithmFacts;

const rsa = (alg: string, family: 'RSA' | 'RSA-PSS', bits: 256 | 384 | 512) =>
  ({ family, kty: 'RSA', hash: `SHA-${bits}`, jwkAlg: [alg] }) as const satisfies AlgorithmFacts;

const ecdsa = (alg: string, crv: string, bits: 256 | 384 | 512) =>
  ({ family: 'ECDSA', kty: 'EC', crv, hash: `SHA-${bits}`, jwkAlg: [alg] }) as const satisfies AlgorithmFacts;

const ed25519 = () =>
  ({
    family: 'EdDSA',
    kty: 'OKP',
    crv: 'Ed25519',
    jwkAlg: ['EdDSA', 'Ed25519'],
  }) as const satisfies AlgorithmFacts;

const mlDsa = (alg: string) =>
  ({ family: 'ML-DSA', kty: 'AKP', jwkAlg: [alg] }) as const satisfies AlgorithmFacts;

const TABLE = {
  HS256: hmac('HS256', 256),
  HS384: hmac('HS384', 384),
  HS512: hmac('HS512', 512),
  RS256: rsa('RS256', 'RSA', 256),
  RS384: rsa('RS384', 'RSA', 384),
  RS512: rsa('RS512', 'RSA', 512),
  PS256: rsa('PS256', 'RSA-PSS', 256),
  PS384: rsa('PS384', 'RSA-PSS', 384),
  PS512: rsa('PS512', 'RSA-PSS', 512),
  ES256: ecdsa('ES256', 'P-256', 256),
  ES384: ecdsa('ES384', 'P-384', 384),
  ES512: ecdsa('ES512', 'P-521', 512),
  EdDSA: ed25519(),
  Ed25519: ed25519(),
  'ML-DSA-44': mlDsa('ML-DSA-44'),
  'ML-DSA-65': mlDsa('ML-DSA-65'),
  'ML-DSA-87': mlDsa('ML-DSA-87'),
} as const satisfies Record<string, AlgorithmFacts>;

/** A JWS signature algorithm this package can check. `none` is not one, in any spelling. */
export type Algorithm = keyof typeof TABLE;

const BY_NAME: ReadonlyMap<string, AlgorithmFacts> = new Map(Object.entries(TABLE));

/** True for the exact (case-sensitive) name of a known algorithm. */
export function isAlgorithm(value: unknown): value is Algorithm {
  return typeof value === 'string' && BY_NAME.has(value);
}

/** All known algorithms, in the order of the table. */
export const ALGORITHMS: readonly Algorithm[] = Object.freeze([...BY_NAME.keys()].filter(isAlgorithm));

/** What the table says about an algorithm. */
export function factsOf(alg: Algorithm): AlgorithmFacts {
  return TABLE[alg];
}

/** True when the same secret signs and verifies. */
export function isSymmetric(alg: Algorithm): boolean {
  return TABLE[alg].family === 'HMAC';
}
