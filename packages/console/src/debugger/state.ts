import type { KeyText } from '../engine/keys/read-keys.ts';
import type { Encoded } from '../engine/making/encode.ts';
import { EMPTY_FORM, type ExpectationForm } from './expectation-form.ts';

/** How the token came to be what it is. */
export type Origin =
  | { readonly kind: 'given' }
  | { readonly kind: 'signed' }
  /** Edited here, and its signature does not fit any more. */
  | { readonly kind: 'unsigned'; readonly why: string };

export interface DebuggerState {
  /** All that was pasted, with the token somewhere in it. */
  readonly text: string;
  readonly choose: number;
  readonly key: KeyText;
  readonly form: ExpectationForm;
  /** What is being typed into the decoded side; undefined: what the token decodes to. */
  readonly header: string | undefined;
  readonly payload: string | undefined;
  readonly origin: Origin;
  readonly cameByLink: boolean;
}

export const EMPTY_STATE: DebuggerState = {
  text: '',
  choose: 0,
  key: { text: '', encoding: 'utf8' },
  form: EMPTY_FORM,
  header: undefined,
  payload: undefined,
  origin: { kind: 'given' },
  cameByLink: false,
};

export type DebuggerAction =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'choose'; readonly choose: number }
  | { readonly type: 'key'; readonly key: Partial<KeyText> }
  | { readonly type: 'form'; readonly form: Partial<ExpectationForm> }
  | { readonly type: 'decoded'; readonly header?: string; readonly payload?: string }
  /** The decoded side, encoded: it takes the place of the token in the text. */
  | {
      readonly type: 'encoded';
      readonly encoded: Extract<Encoded, { kind: 'encoded' }>;
      readonly place: { readonly start: number; readonly end: number };
    }
  | { readonly type: 'clear' };

export function reduce(state: DebuggerState, action: DebuggerAction): DebuggerState {
  switch (action.type) {
    case 'text':
      return { ...state, ...NOT_EDITED, text: action.text, choose: 0, cameByLink: false };
    case 'choose':
      return { ...state, ...NOT_EDITED, choose: action.choose };
    case 'key':
      return { ...state, key: { ...state.key, ...action.key } };
    case 'form':
      return { ...state, form: { ...state.form, ...action.form } };
    case 'decoded':
      return {
        ...state,
        ...(action.header !== undefined && { header: action.header }),
        ...(action.payload !== undefined && { payload: action.payload }),
      };
    case 'encoded': {
      const { encoded, place } = action;
      const { token, signed, unsigned = '' } = encoded;
      const text = state.text.slice(0, place.start) + token + state.text.slice(place.end);
      return { ...state, text, origin: signed ? { kind: 'signed' } : { kind: 'unsigned', why: unsigned } };
    }
    case 'clear':
      return EMPTY_STATE;
  }
}

const NOT_EDITED = { header: undefined, payload: undefined, origin: { kind: 'given' } } as const;
