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
  // A text without an end is taken up to where the line ends: it is looked through once, and not from each quote on.
  regexp: /("(?:[^"\\]|\\.)*(?:"|\\?$))(\s*:)?|-?\b\d[\d.eE+-]*|\b(?:true|false|null)\b/g,
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
    #coloured = false;
    constructor(view: EditorView) {
      this.#colour(view);
    }
    update(update: ViewUpdate): void {
      const { view } = update;
      if (this.#coloured && isShort(view)) this.decorations = colours.updateDeco(update, this.decorations);
      else if (this.#coloured !== isShort(view)) this.#colour(view);
    }
    #colour(view: EditorView): void {
      this.#coloured = isShort(view);
      this.decorations = this.#coloured ? colours.createDeco(view) : Decoration.none;
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

function isShort({ viewport }: EditorView): boolean {
  return viewport.to - viewport.from <= MOST_COLOURED;
}
