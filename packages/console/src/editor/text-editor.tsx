import { useEffect, useRef, useState } from 'react';
import type { Editor } from './code-mirror.ts';
import type { Mark } from './marks.ts';

interface TextEditorProps {
  readonly label: string;
  readonly text: string;
  readonly onChange?: (text: string) => void;
  readonly marks?: readonly Mark[];
  readonly language?: 'json' | 'text';
  readonly placeholder?: string;
  /** For who brings the focus here from elsewhere. */
  readonly id?: string;
}

const NO_MARKS: readonly Mark[] = [];

/**
 * An editor for text of any length. Until CodeMirror has come, which the page does not wait for, a plain field stands
 * in and takes what is typed or pasted.
 */
export function TextEditor({
  label,
  text,
  onChange,
  marks = NO_MARKS,
  language = 'text',
  placeholder = '',
  id,
}: TextEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const changed = useRef(onChange);
  const [editor, setEditor] = useState<Editor>();
  changed.current = onChange;
  const readOnly = onChange === undefined;

  useEffect(() => {
    const parent = place.current;
    if (parent === null) return undefined;
    let opened: Editor | undefined;
    let gone = false;
    const root = parent.shadowRoot ?? parent.attachShadow({ mode: 'open', delegatesFocus: true });
    void import('./code-mirror.ts').then(({ openEditor }) => {
      if (gone) return;
      opened = openEditor(root, {
        label,
        language,
        placeholder,
        readOnly,
        onChange: (value) => changed.current?.(value),
      });
      setEditor(opened);
    });
    return () => {
      gone = true;
      opened?.close();
      setEditor(undefined);
    };
  }, [label, language, placeholder, readOnly]);

  useEffect(() => editor?.setText(text), [editor, text]);
  useEffect(() => editor?.setMarks(marks), [editor, marks]);

  return (
    <>
      {editor === undefined && (
        <textarea
          aria-label={label}
          value={text}
          placeholder={placeholder}
          readOnly={readOnly}
          spellCheck={false}
          onChange={(event) => onChange?.(event.target.value)}
          className="min-h-24 w-full rounded-md border border-line-strong bg-surface p-2 font-mono text-[0.8125rem]"
        />
      )}
      <div ref={place} id={id} data-editor={label} />
    </>
  );
}
