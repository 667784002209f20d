import { useState } from 'react';
import { Notice } from '../../design/badge.tsx';
import { CopyButton } from '../../design/copy-button.tsx';
import { Choice } from '../../design/field.tsx';
import { TextEditor } from '../../editor/text-editor.tsx';
import { UI } from '../../strings/ui.ts';
import { factsFor } from '../code/facts.ts';
import { SNIPPETS } from '../code/snippets.ts';
import type { Debugger } from '../use-debugger.ts';

const WORDS = UI.code;

/** Code that verifies tokens like this one. */
export function Code({ inspection, state }: Debugger) {
  const [name, setName] = useState<string>(SNIPPETS[0]?.name ?? '');
  const snippet = SNIPPETS.find((one) => one.name === name);
  if (snippet === undefined) return null;
  const { facts, invented } = factsFor(inspection, state.form);
  const code = snippet.write(facts);
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-end gap-3">
        <Choice label={WORDS.language} value={name} onChange={({ target }) => setName(target.value)}>
          {SNIPPETS.map((one) => (
            <option key={one.name}>{one.name}</option>
          ))}
        </Choice>
        <CopyButton small={false} text={code} label={WORDS.copy} />
      </div>
      {invented && <Notice tone="warn">{WORDS.invented}</Notice>}
      <p className="text-sm text-soft">
        <code>{snippet.file}</code> · <code>{snippet.install}</code>
      </p>
      <TextEditor label={WORDS.editor(name)} text={code} />
      <p className="text-[0.8125rem] text-soft">
        {WORDS.tested} {WORDS.needs}
      </p>
    </div>
  );
}
