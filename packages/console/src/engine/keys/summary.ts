import type { KeyTextErrorCode } from '../../errors.ts';
import type { CertificateFacts } from './certificate.ts';
import { describe } from './describe.ts';
import type { KeyMaterial } from './material.ts';

/** What is shown of the keys that were given, with nothing of what makes them secret. */
export type KeySummary =
  | { readonly kind: 'none' }
  | { readonly kind: 'secret'; readonly bytes: number; readonly encoding: string }
  | {
      readonly kind: 'keys';
      readonly keys: readonly KeyLine[];
      readonly skipped: readonly KeyTextErrorCode[];
    }
  | { readonly kind: 'fault'; readonly code: KeyTextErrorCode; readonly about: string };

export interface KeyLine {
  /** Such as `RSA 2048`. */
  readonly description: string;
  readonly format: string;
  readonly isPrivate: boolean;
  /** What it says it is for, or what alone it can do. */
  readonly forEncryption: boolean;
  readonly kid: string | undefined;
  readonly thumbprint: string;
  readonly publicJwk: Readonly<Record<string, unknown>>;
  readonly certificate: CertificateFacts | undefined;
}

export function summaryOf(material: KeyMaterial): KeySummary {
  if (material.kind === 'secret')
    return { kind: 'secret', bytes: material.bytes.length, encoding: material.encoding };
  if (material.kind !== 'keys') return material;
  const keys = material.keys.map((key): KeyLine => {
    const { format, publicJwk, privateJwk, thumbprint, certificate } = key;
    const { kid } = publicJwk;
    return {
      description: describe(key),
      format,
      isPrivate: privateJwk !== undefined,
      forEncryption: publicJwk['use'] === 'enc' || publicJwk['crv'] === 'X25519',
      kid: typeof kid === 'string' ? kid : undefined,
      thumbprint,
      publicJwk,
      certificate,
    };
  });
  return { kind: 'keys', keys, skipped: material.skipped };
}
