import { EditorView } from '@codemirror/view';

/** How an editor looks. The colours are those of the page: custom properties reach into a shadow root. */
export const LOOK = EditorView.theme({
  '&': {
    backgroundColor: 'var(--surface)',
    color: 'var(--text)',
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
    fontSize: '13px',
  },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '1px' },
  '.cm-scroller': {
    fontFamily: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
    lineHeight: '1.55',
    maxHeight: '26rem',
    overflow: 'auto',
  },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--text)' },
  '.cm-line': { padding: '0 10px', overflowWrap: 'anywhere' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'var(--selection)',
  },
  '.cm-placeholder': { color: 'var(--text-soft)' },
  '.mark-header': { color: 'var(--part-header)' },
  '.mark-payload': { color: 'var(--part-payload)' },
  '.mark-signature': { color: 'var(--part-signature)' },
  '.mark-other': { color: 'var(--note)' },
  '.mark-aside': { color: 'var(--text-soft)' },
  '.mark-fault': {
    textDecoration: 'underline wavy var(--bad)',
    textDecorationSkipInk: 'none',
    backgroundColor: 'var(--bad-soft)',
  },
  '.json-name': { color: 'var(--json-name)' },
  '.json-text': { color: 'var(--json-text)' },
  '.json-number': { color: 'var(--json-number)' },
});
