import type { KeyTextErrorCode } from '../../errors.ts';
import type { CertificateFacts } from './certificate.ts';

/** One key that was read, as a JWK whatever it was before. */
export interface ReadKey {
  /** What it was written as: `JWK`, `PUBLIC KEY`, `CERTIFICATE`, … */
  readonly format: string;
  /** Its public members, with kid, alg and use where they were given. */
  readonly publicJwk: Readonly<Record<string, unknown>>;
  /** All of them, when it is a private key. */
  readonly privateJwk: Readonly<Record<string, unknown>> | undefined;
  /** RFC 7638, SHA-256, base64url. */
  readonly thumbprint: string;
  /** Of an RSA modulus. */
  readonly bits: number | undefined;
  readonly certificate: CertificateFacts | undefined;
}

/** What was made of the text of a key. */
export type KeyMaterial =
  | { readonly kind: 'none' }
  | { readonly kind: 'secret'; readonly bytes: Uint8Array<ArrayBuffer>; readonly encoding: string }
  | {
      readonly kind: 'keys';
      readonly keys: readonly ReadKey[];
      readonly skipped: readonly KeyTextErrorCode[];
    }
  | { readonly kind: 'fault'; readonly code: KeyTextErrorCode; readonly about: string };
