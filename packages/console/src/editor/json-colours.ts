import {
  Decoration,
  type DecorationSet,
  type EditorView,
  MatchDecorator,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view';

const NAME = Decoration.mark({ class: 'json-name' });
const TEXT = Decoration.mark({ class: 'json-text' });
const NUMBER = Decoration.mark({ class: 'json-number' });

const colours = new MatchDecorator({
  regexp: /("(?:[^"\\]|\\.)*")(\s*:)?|-?\b\d[\d.eE+-]*|\b(?:true|false|null)\b/g,
  decoration: ([, quoted, colon]) => (quoted === undefined ? NUMBER : colon === undefined ? TEXT : NAME),
});

/**
 * Of what is visible, in characters; more of it can only be lines that nobody reads. CodeMirror compares the words of a line each
 * with each when it draws them: half a megabyte in one line kept the page for half a minute.
 */
const MOST_COLOURED = 50_000;

/** Colours the words of JSON in what is visible. A grammar is not needed for that: the engine judges the text. */
export const JSON_COLOURS = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet = Decoration.none;
    constructor(view: EditorView) {
      if (isColoured(view)) this.decorations = colours.createDeco(view);
    }
    update(update: ViewUpdate): void {
      if (!isColoured(update.view)) this.decorations = Decoration.none;
      else if (this.decorations === Decoration.none) this.decorations = colours.createDeco(update.view);
      else this.decorations = colours.updateDeco(update, this.decorations);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

function isColoured({ viewport }: EditorView): boolean {
  return viewport.to - viewport.from <= MOST_COLOURED;
}
