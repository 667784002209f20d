/**
 * Every way in which a token may be encrypted to us, as data. Nothing else enumerates these algorithms.
 *
 * Left out on purpose: RSA1_5 (padding oracles, RFC 8725 section 3.2), RSA-OAEP with SHA-1, and PBES2, whose iteration
 * count is set by whoever sends the token.
 *
 * Sources: RFC 7518 sections 4 and 5, RFC 8037 section 3.2.
 */
interface KeyManagementFacts {
  /** Key types of a JWK for this algorithm. */
  readonly kty: readonly ('RSA' | 'EC' | 'OKP' | 'oct')[];
  /** Length of the shared key in bytes; for `dir` the content encryption decides. */
  readonly keyBytes?: number;
}

const KEY_MANAGEMENT = {
  dir: { kty: ['oct'] },
  A128KW: { kty: ['oct'], keyBytes: 16 },
  A192KW: { kty: ['oct'], keyBytes: 24 },
  A256KW: { kty: ['oct'], keyBytes: 32 },
  'ECDH-ES': { kty: ['EC', 'OKP'] },
  'ECDH-ES+A128KW': { kty: ['EC', 'OKP'] },
  'ECDH-ES+A192KW': { kty: ['EC', 'OKP'] },
  'ECDH-ES+A256KW': { kty: ['EC', 'OKP'] },
  'RSA-OAEP-256': { kty: ['RSA'] },
} as const satisfies Record<string, KeyManagementFacts>;

/** The length of the content encryption key, in bytes. */
const CONTENT_ENCRYPTION = {
  A128GCM: 16,
  A192GCM: 24,
  A256GCM: 32,
  'A128CBC-HS256': 32,
  'A192CBC-HS384': 48,
  'A256CBC-HS512': 64,
} as const satisfies Record<string, number>;

/** How the content encryption key is brought to the recipient: the `alg` of a JWE. */
export type KeyManagementAlgorithm = keyof typeof KEY_MANAGEMENT;
/** How the content is encrypted: the `enc` of a JWE. */
export type ContentEncryption = keyof typeof CONTENT_ENCRYPTION;

export function isKeyManagementAlgorithm(value: unknown): value is KeyManagementAlgorithm {
  return typeof value === 'string' && Object.hasOwn(KEY_MANAGEMENT, value);
}

export function isContentEncryption(value: unknown): value is ContentEncryption {
  return typeof value === 'string' && Object.hasOwn(CONTENT_ENCRYPTION, value);
}

/** All known values of `alg`, in the order of the table. */
export const KEY_MANAGEMENT_ALGORITHMS: readonly KeyManagementAlgorithm[] = Object.freeze(
  Object.keys(KEY_MANAGEMENT).filter(isKeyManagementAlgorithm),
);

/** All known values of `enc`, in the order of the table. */
export const CONTENT_ENCRYPTIONS: readonly ContentEncryption[] = Object.freeze(
  Object.keys(CONTENT_ENCRYPTION).filter(isContentEncryption),
);

/** Curves that a key agreement key may be on (RFC 7518 section 4.6, RFC 8037 section 3.2). */
export const AGREEMENT_CURVES: Readonly<Record<string, readonly string[]>> = Object.freeze({
  EC: ['P-256', 'P-384', 'P-521'],
  OKP: ['X25519'],
});

export function keyManagementFacts(alg: KeyManagementAlgorithm): KeyManagementFacts {
  return KEY_MANAGEMENT[alg];
}

/** The shared key that `alg` with `enc` needs, in bytes; undefined where the key is not a shared one. */
export function sharedKeyBytes(alg: KeyManagementAlgorithm, enc: ContentEncryption): number | undefined {
  return alg === 'dir' ? CONTENT_ENCRYPTION[enc] : keyManagementFacts(alg).keyBytes;
}
