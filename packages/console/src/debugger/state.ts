import type { KeyText } from '../engine/keys/read-keys.ts';
import type { Edited } from '../engine/making/edit.ts';
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
  /** What stood in `text` before the decoded side was edited. */
  readonly given: string | undefined;
  /** Which of them came with a link and are still there: whoever made it chose them. */
  readonly byLink: { readonly token: boolean; readonly key: boolean };
  /** Counts what was pasted, chosen or cleared: an edit that was begun before is none of it. */
  readonly revision: number;
}

export const EMPTY_STATE: DebuggerState = {
  text: '',
  choose: 0,
  key: { text: '', encoding: 'utf8' },
  form: EMPTY_FORM,
  header: undefined,
  payload: undefined,
  origin: { kind: 'given' },
  given: undefined,
  byLink: { token: false, key: false },
  revision: 0,
};

export type DebuggerAction =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'choose'; readonly choose: number }
  | { readonly type: 'key'; readonly key: Partial<KeyText> }
  | { readonly type: 'form'; readonly form: Partial<ExpectationForm> }
  | { readonly type: 'decoded'; readonly header?: string; readonly payload?: string }
  /** What came of an edit of the decoded side, and the revision it was begun in. */
  | {
      readonly type: 'edited';
      readonly edited: Exclude<Edited, { kind: 'faulty' }>;
      readonly revision: number;
    }
  | { readonly type: 'link'; readonly token: string; readonly key: string }
  /** Takes the token away; the key and what is expected stay. */
  | { readonly type: 'clear' };

export function reduce(state: DebuggerState, action: DebuggerAction): DebuggerState {
  switch (action.type) {
    case 'text':
      return {
        ...state,
        ...begunAnew(state),
        text: action.text,
        choose: 0,
        byLink: { ...state.byLink, token: false },
      };
    case 'choose':
      return { ...state, ...begunAnew(state), choose: action.choose };
    case 'key':
      return {
        ...state,
        key: { ...state.key, ...action.key },
        ...(action.key.text !== undefined && { byLink: { ...state.byLink, key: false } }),
      };
    case 'form':
      return { ...state, form: { ...state.form, ...action.form } };
    case 'decoded':
      return {
        ...state,
        given: state.given ?? state.text,
        ...(action.header !== undefined && { header: action.header }),
        ...(action.payload !== undefined && { payload: action.payload }),
      };
    case 'edited': {
      const { edited, revision } = action;
      if (revision !== state.revision) return state;
      return { ...state, text: edited.text, origin: originOf(edited) };
    }
    case 'link': {
      const { token, key } = action;
      return {
        ...EMPTY_STATE,
        ...begunAnew(state),
        text: token,
        key: { text: key, encoding: 'utf8' },
        byLink: { token: true, key: key !== '' },
      };
    }
    case 'clear':
      return {
        ...state,
        ...begunAnew(state),
        text: '',
        choose: 0,
        byLink: { ...state.byLink, token: false },
      };
  }
}

function originOf(edited: Exclude<Edited, { kind: 'faulty' }>): Origin {
  if (edited.kind === 'unchanged') return { kind: 'given' };
  return edited.signed ? { kind: 'signed' } : { kind: 'unsigned', why: edited.unsigned ?? '' };
}

function begunAnew({ revision }: DebuggerState) {
  const edited = {
    header: undefined,
    payload: undefined,
    origin: { kind: 'given' },
    given: undefined,
  } as const;
  return { ...edited, revision: revision + 1 };
}
