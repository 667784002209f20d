import {
  type Algorithm,
  type ContentEncryption,
  generateEncryptionKey,
  generateKey,
  type KeyManagementAlgorithm,
} from '@portcullis/token';
import { factsOf, isSymmetric } from '@portcullis/token/inspect';
import { exportPem } from './export-pem.ts';

/** A key made in this page, in every form it can be taken along. */
export interface GeneratedKey {
  readonly alg: string;
  readonly kid: string | undefined;
  /** Public forms may be shown to anyone. Absent for a secret. */
  readonly publicForms: KeyForms | undefined;
  /** Whoever has one of these can sign. */
  readonly privateForms: KeyForms;
}

export interface KeyForms {
  readonly jwk: string;
  readonly jwks: string;
  /** Absent where there is none: of a secret, and of what WebCrypto exports in no other way. */
  readonly pem: string | undefined;
}

/** Makes a key pair for signing (RSA 2048), or a secret of as many bytes as the output of the hash, at random. */
export async function generateSigningKey(alg: Algorithm): Promise<GeneratedKey> {
  if (isSymmetric(alg)) return generateSecret(alg);
  const { privateJwk, publicJwk } = await generateKey(alg);
  return pairOf(alg, { ...privateJwk }, { ...publicJwk });
}

/** Makes a key for encrypted tokens. */
export async function generateKeyForEncryption(
  alg: KeyManagementAlgorithm,
  enc: ContentEncryption,
): Promise<GeneratedKey> {
  const { privateJwk, publicJwk } = await generateEncryptionKey(alg, enc);
  if (privateJwk.kty === 'oct') return secretOf(alg, { ...privateJwk });
  return pairOf(alg, { ...privateJwk }, { ...publicJwk });
}

function generateSecret(alg: Algorithm): GeneratedKey {
  const bytes = crypto.getRandomValues(new Uint8Array(factsOf(alg).minimumSecretBytes ?? 64));
  const k = bytes.toBase64({ alphabet: 'base64url', omitPadding: true });
  return secretOf(alg, { kty: 'oct', k, alg, use: 'sig' });
}

function secretOf(alg: string, jwk: Readonly<Record<string, unknown>>): GeneratedKey {
  return { alg, kid: undefined, publicForms: undefined, privateForms: formsOf(jwk, undefined) };
}

async function pairOf(
  alg: string,
  privateJwk: Readonly<Record<string, unknown>>,
  publicJwk: Readonly<Record<string, unknown>>,
): Promise<GeneratedKey> {
  const { kid } = publicJwk;
  return {
    alg,
    kid: typeof kid === 'string' ? kid : undefined,
    publicForms: formsOf(publicJwk, await exportPem(publicJwk, alg, 'public')),
    privateForms: formsOf(privateJwk, await exportPem(privateJwk, alg, 'private')),
  };
}

function formsOf(jwk: Readonly<Record<string, unknown>>, pem: string | undefined): KeyForms {
  return { jwk: JSON.stringify(jwk, null, 2), jwks: JSON.stringify({ keys: [jwk] }, null, 2), pem };
}
