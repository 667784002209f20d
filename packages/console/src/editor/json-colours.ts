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

/** Colours the words of JSON in what is visible. A grammar is not needed for that: the engine judges the text. */
export const JSON_COLOURS = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = colours.createDeco(view);
    }
    update(update: ViewUpdate): void {
      this.decorations = colours.updateDeco(update, this.decorations);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);
