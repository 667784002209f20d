import { type ContentEncryption, KeyError, TokenError } from '@portcullis/token';
import { decryptAnything, encryptAnything } from '@portcullis/token/inspect';
import { encryptionKeysFor, type PrivateKey } from '../keys/choose.ts';
import type { KeyMaterial } from '../keys/material.ts';
import { read } from '../reading/read.ts';

/** What came of an attempt to decrypt or encrypt. */
export type Opened =
  | { readonly kind: 'opened'; readonly text: string; readonly holds: 'token' | 'json' | 'text' }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string };

export type Sealed =
  | { readonly kind: 'sealed'; readonly token: string }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string };

/** Opens one layer of an encrypted token; what is inside may be another token, to be opened in turn. */
export async function open(text: string, choose: number, material: KeyMaterial): Promise<Opened> {
  const { form, token, header } = read(text, choose);
  if (form !== 'encrypted' && form !== 'encrypted_json')
    return { kind: 'refused', code: 'not_encrypted', reason: '' };
  const keys = keysOf(material);
  let refusal: Opened = { kind: 'refused', code: 'key_missing', reason: '' };
  for (const key of keys) {
    try {
      const plaintext = await decryptAnything(token, header?.object ?? {}, key);
      const inner = new TextDecoder().decode(plaintext);
      return { kind: 'opened', text: inner, holds: kindOf(inner) };
    } catch (error) {
      refusal = refused(error);
    }
  }
  return refusal;
}

/** Encrypts a text to a key: a token, claims, or anything else. */
export async function seal(
  text: string,
  header: {
    readonly alg: string;
    readonly enc: ContentEncryption;
    readonly cty?: string;
    readonly kid?: string;
  },
  material: KeyMaterial,
): Promise<Sealed> {
  const [key] = encryptionKeysFor(material, header.alg);
  if (key === undefined) return { kind: 'refused', code: 'key_missing', reason: '' };
  try {
    return { kind: 'sealed', token: await encryptAnything(new TextEncoder().encode(text), { header, key }) };
  } catch (error) {
    return refused(error);
  }
}

function keysOf(material: KeyMaterial): readonly PrivateKey[] {
  if (material.kind === 'secret') return [material.bytes];
  if (material.kind !== 'keys') return [];
  return material.keys.flatMap(({ privateJwk }) => (privateJwk === undefined ? [] : [privateJwk]));
}

function kindOf(text: string): 'token' | 'json' | 'text' {
  const { form } = read(text);
  if (form !== 'none') return 'token';
  return /^\s*[{[]/.test(text) ? 'json' : 'text';
}

function refused(error: unknown): { kind: 'refused'; code: string; reason: string } {
  if (error instanceof KeyError) return { kind: 'refused', code: error.code, reason: error.about };
  if (error instanceof TokenError) {
    const { reason } = error.detail;
    return { kind: 'refused', code: error.code, reason: typeof reason === 'string' ? reason : '' };
  }
  throw error;
}
