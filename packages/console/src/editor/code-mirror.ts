import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { EditorState, type Extension, StateEffect, StateField } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  keymap,
  placeholder,
} from '@codemirror/view';
import { JSON_COLOURS } from './json-colours.ts';
import { LOOK } from './look.ts';
import type { Mark } from './marks.ts';

export interface EditorOptions {
  readonly label: string;
  readonly language: 'json' | 'text';
  readonly placeholder: string;
  readonly readOnly: boolean;
  readonly onChange: (text: string) => void;
}

/** An editor on the page. */
export interface Editor {
  /** Shows this text, unless it is there already. */
  setText(text: string): void;
  setMarks(marks: readonly Mark[]): void;
  focus(): void;
  close(): void;
}

const setMarks = StateEffect.define<readonly Mark[]>();

const markField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    const fresh = transaction.effects.find((effect) => effect.is(setMarks));
    if (fresh === undefined) return marks.map(transaction.changes);
    return decorations(fresh.value, transaction.newDoc.length);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Colours of parts lie under faults, so faults come last and are wrapped around. */
function decorations(marks: readonly Mark[], length: number): DecorationSet {
  const ranges = marks.flatMap(({ start, end, name, title }) => {
    const to = Math.min(Math.max(end, start + 1), length);
    if (start >= to) return [];
    const attributes = title === undefined ? {} : { attributes: { title } };
    return [Decoration.mark({ class: `mark-${name}`, ...attributes }).range(start, to)];
  });
  return Decoration.set(ranges, true);
}

/**
 * Opens an editor inside a shadow root: there CodeMirror adds its styles as constructed sheets, which a Content Security
 * Policy without inline styles allows.
 */
export function openEditor(parent: ShadowRoot, options: EditorOptions): Editor {
  const extensions = extensionsFor(options);
  const view = new EditorView({ parent, root: parent, state: EditorState.create({ extensions }) });
  let marked: readonly Mark[] = [];
  const mark = (): void => view.dispatch({ effects: setMarks.of(marked) });
  return {
    setText(text) {
      if (view.state.doc.toString() === text) return;
      // Undo goes back to here and no further: what was there before, nobody typed into this text.
      view.setState(EditorState.create({ doc: text, extensions }));
      mark();
    },
    setMarks(marks) {
      marked = marks;
      mark();
    },
    focus: () => view.focus(),
    close: () => view.destroy(),
  };
}

function extensionsFor({
  label,
  language,
  placeholder: hint,
  readOnly,
  onChange,
}: EditorOptions): Extension[] {
  return [
    history(),
    drawSelection(),
    // Tab leaves the editor, as it leaves every other field: nobody is caught in it.
    keymap.of([...defaultKeymap, ...historyKeymap]),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({
      'aria-label': label,
      tabindex: '0',
      spellcheck: 'false',
      autocorrect: 'off',
      autocapitalize: 'off',
    }),
    EditorState.readOnly.of(readOnly),
    markField,
    LOOK,
    ...(language === 'json' ? [JSON_COLOURS] : []),
    ...(hint === '' ? [] : [placeholder(hint)]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange(update.state.doc.toString());
    }),
  ];
}
