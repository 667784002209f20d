import { KeyError } from '@portcullis/token';
import { compose } from '@portcullis/token/inspect';
import { signingKeyFor } from '../keys/choose.ts';
import type { KeyMaterial } from '../keys/material.ts';
import { encodeText } from '../reading/base64url.ts';
import type { Fault } from '../reading/faults.ts';
import { judgeJson, withoutWhiteSpace } from '../reading/json-view.ts';

/** A token out of its decoded parts. */
export type Encoded =
  | {
      readonly kind: 'encoded';
      readonly token: string;
      readonly signed: boolean;
      /** Why it was not signed: no key that can sign, or the code of what is wrong with the key. */
      readonly unsigned: string | undefined;
    }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] };

export interface DecodedParts {
  readonly header: string;
  readonly payload: string;
  /** False: the payload is not JSON and is taken to the letter. */
  readonly payloadIsJson: boolean;
  /** What stood there before, kept when the token cannot be signed anew. */
  readonly signature: string;
}

/** Encodes what was written; signs it when the key can, and says when it was not signed. */
export async function encode(parts: DecodedParts, material: KeyMaterial): Promise<Encoded> {
  const header = judgeJson(parts.header, 'header');
  const payload = parts.payloadIsJson ? judgeJson(parts.payload, 'payload') : undefined;
  const faults = [...header.faults, ...(payload?.faults ?? [])].filter(({ code }) => FATAL.has(code));
  if (faults.length > 0 || header.object === undefined) return { kind: 'faulty', faults };
  const { alg } = header.object;
  const text = parts.payloadIsJson ? withoutWhiteSpace(parts.payload) : parts.payload;
  if (alg === undefined) return unsigned(parts, text, 'no_alg');
  if (alg === 'none') return unsigned({ ...parts, signature: '' }, text, 'none');
  const key = signingKeyFor(material, header.object);
  if (key === undefined) return unsigned(parts, text, 'no_key');
  try {
    const bytes = new TextEncoder().encode(text);
    const token = await compose(alg, withoutWhiteSpace(parts.header), bytes, key);
    return { kind: 'encoded', token, signed: true, unsigned: undefined };
  } catch (error) {
    if (error instanceof KeyError) return unsigned(parts, text, error.code);
    throw error;
  }
}

/** What cannot be encoded at all. Duplicates and the like can: to try what others make of them. */
const FATAL: ReadonlySet<string> = new Set([
  'not_json',
  'json_ends_early',
  'json_trailing_comma',
  'json_quotes',
  'not_an_object',
  'not_strict',
]);

function unsigned({ header, signature }: DecodedParts, payload: string, why: string): Encoded {
  const token = `${encodeText(withoutWhiteSpace(header))}.${encodeText(payload)}.${signature}`;
  return { kind: 'encoded', token, signed: false, unsigned: why };
}
