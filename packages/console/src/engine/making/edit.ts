import type { KeyMaterial } from '../keys/material.ts';
import { read } from '../reading/read.ts';
import { type Encoded, encode } from './encode.ts';

/** The decoded side as somebody has changed it; what is undefined is as the token has it. */
export interface Edit {
  /** All that was pasted before the change, with the token somewhere in it. */
  readonly text: string;
  readonly choose: number;
  readonly header: string | undefined;
  readonly payload: string | undefined;
}

export type Edited =
  | (Extract<Encoded, { kind: 'encoded' }> & { readonly text: string })
  | Extract<Encoded, { kind: 'faulty' }>;

/** Encodes what was changed, and puts the token in the place of the one that was there: what stands around it stays. */
export async function applyEdit(
  { text, choose, header, payload }: Edit,
  material: KeyMaterial,
): Promise<Edited> {
  const { located, chosen, token, form, ...reading } = read(text, choose);
  const before = reading.payload;
  const encoded = await encode(
    {
      header: header ?? reading.header?.text ?? '{}',
      payload: payload ?? (before === undefined || before.kind === 'bytes' ? '' : before.text),
      payloadIsJson: before === undefined || before.kind === 'json',
      signature: form === 'signed' ? (token.split('.')[2] ?? '') : '',
    },
    material,
  );
  if (encoded.kind === 'faulty') return encoded;
  const { start, end } = located[chosen] ?? { start: 0, end: text.length };
  return { ...encoded, text: text.slice(0, start) + encoded.token + text.slice(end) };
}
