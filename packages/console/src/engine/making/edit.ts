import { ALGORITHMS } from '@portcullis/token';
import { fits } from '../keys/choose.ts';
import type { KeyMaterial } from '../keys/material.ts';
import { withoutWhiteSpace } from '../reading/json-view.ts';
import { type Reading, read } from '../reading/read.ts';
import { type Encoded, encode } from './encode.ts';

/** The decoded side as somebody has changed it; what is undefined is as the token has it. */
export interface Edit {
  /** All that was pasted, as it is now, with the token somewhere in it. */
  readonly text: string;
  /** The same before the first edit. */
  readonly given: string;
  readonly choose: number;
  readonly header: string | undefined;
  readonly payload: string | undefined;
}

export type Edited =
  | (Extract<Encoded, { kind: 'encoded' }> & { readonly text: string })
  /** It says what it said before it was edited: then it is that token again, with its signature. */
  | { readonly kind: 'unchanged'; readonly text: string }
  | Extract<Encoded, { kind: 'faulty' }>;

/** Encodes what was changed, and puts the token in the place of the one that was there: what stands around it stays. */
export async function applyEdit(edit: Edit, material: KeyMaterial): Promise<Edited> {
  const { text, given, choose, header, payload } = edit;
  if (saysTheSame(edit, read(given, choose))) return { kind: 'unchanged', text: given };
  const { located, chosen, token, form, ...reading } = read(text, choose);
  const before = reading.payload;
  const encoded = await encode(
    {
      header: header ?? reading.header?.text ?? headerFor(material),
      payload: payload ?? (before === undefined || before.kind === 'bytes' ? '{}' : before.text),
      payloadIsJson: before === undefined || before.kind === 'json',
      signature: form === 'signed' ? (token.split('.')[2] ?? '') : '',
    },
    material,
  );
  if (encoded.kind === 'faulty') return encoded;
  const { start, end } = located[chosen] ?? { start: 0, end: text.length };
  return { ...encoded, text: text.slice(0, start) + encoded.token + text.slice(end) };
}

function saysTheSame({ header, payload }: Edit, { form, header: given, payload: said }: Reading): boolean {
  if (form !== 'signed' || given?.object === undefined || said?.kind !== 'json') return false;
  const same = (edited: string | undefined, before: string): boolean =>
    edited === undefined || withoutWhiteSpace(edited) === withoutWhiteSpace(before);
  return same(header, given.text) && same(payload, said.text);
}

/** Who begins with the payload gets a header for the key that is there. */
function headerFor(material: KeyMaterial): string {
  const own = material.kind === 'keys' ? material.keys : [];
  const fitting = ALGORITHMS.find((alg) => own.some(({ publicJwk }) => fits(publicJwk, alg)));
  const alg = material.kind === 'secret' ? 'HS256' : (fitting ?? 'ES256');
  return JSON.stringify({ alg, typ: 'JWT' });
}
