import { useMemo } from 'react';
import { Button } from '../../design/button.tsx';
import { CopyButton } from '../../design/copy-button.tsx';
import { Choice } from '../../design/field.tsx';
import { Panel } from '../../design/panel.tsx';
import type { Mark } from '../../editor/marks.ts';
import { TextEditor } from '../../editor/text-editor.tsx';
import type { Inspection } from '../../engine/engine.ts';
import type { FaultCode } from '../../engine/reading/faults.ts';
import type { PartRole, Reading } from '../../engine/reading/read.ts';
import { FAULTS } from '../../strings/faults.ts';
import { UI } from '../../strings/ui.ts';
import { useStartExample } from '../example.ts';
import type { Debugger } from '../use-debugger.ts';
import { FaultList } from './fault-list.tsx';

const WORDS = UI.token;

/** The encoded side: whatever was pasted, with the token in it coloured by its parts. */
export function TokenPanel({ state, dispatch, inspection }: Debugger) {
  const reading = inspection?.reading;
  const marks = useMemo(() => (reading === undefined ? [] : marksOf(reading)), [reading]);
  const startExample = useStartExample(dispatch);
  const setText = (text: string) => dispatch({ type: 'text', text });
  return (
    <Panel
      title={WORDS.title}
      actions={
        <>
          <Button small look="quiet" onClick={startExample}>
            {WORDS.example}
          </Button>
          <Button small look="quiet" disabled={state.text === ''} onClick={() => dispatch({ type: 'clear' })}>
            {WORDS.clear}
          </Button>
          <CopyButton text={reading?.token ?? ''} label={WORDS.copy} />
        </>
      }
    >
      <TextEditor
        id="token"
        label={WORDS.label}
        placeholder={WORDS.placeholder}
        text={state.text}
        marks={marks}
        onChange={setText}
      />
      <Found
        inspection={inspection}
        text={state.text}
        onChoose={(choose) => dispatch({ type: 'choose', choose })}
      />
      <FaultList
        label={WORDS.faults}
        faults={reading?.faults.filter(({ pane }) => pane === 'token') ?? []}
        onMend={({ start, end, text }) => setText(state.text.slice(0, start) + text + state.text.slice(end))}
      />
      <p className="mt-2 text-[0.8125rem] text-soft">{WORDS.privacy}</p>
    </Panel>
  );
}

interface FoundProps {
  readonly inspection: Inspection | undefined;
  readonly text: string;
  readonly onChoose: (choose: number) => void;
}

/** Which token it is that is looked at, and what it consists of. */
function Found({ inspection, text, onChoose }: FoundProps) {
  if (inspection === undefined || text.trim() === '') return null;
  const { form, located, chosen, parts, faults } = inspection.reading;
  if (form === 'none')
    return faults.length > 0 ? null : (
      <p className="mt-2 text-sm text-bad">
        {/-----BEGIN |"kty"\s*:/.test(text) ? WORDS.aKey : WORDS.nothing}
      </p>
    );
  const place = located[chosen];
  const signatures = inspection.reading.serialisation?.signatures.length ?? 0;
  return (
    <>
      {signatures > 1 && (
        <Choice
          className="mt-2"
          label={WORDS.signatures}
          value={chosen}
          onChange={(event) => onChoose(Number(event.target.value))}
        >
          {numbers(signatures).map((number) => (
            <option key={number} value={number - 1}>
              {WORDS.signature(number)}
            </option>
          ))}
        </Choice>
      )}
      {located.length > 1 && (
        <Choice
          className="mt-2"
          label={WORDS.several}
          value={chosen}
          onChange={(event) => onChoose(Number(event.target.value))}
        >
          {located.map(({ start, name, surroundings }, index) => (
            <option key={start} value={index}>
              {index + 1}. {name ?? WORDS.found[surroundings]}
            </option>
          ))}
        </Choice>
      )}
      <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-[0.8125rem] text-soft">
        {located.length === 1 && place && place.surroundings !== 'bare' && (
          <li>
            {WORDS.found[place.surroundings]} {place.name && <code>{place.name}</code>}
          </li>
        )}
        {parts.map(({ role, start, bytes }) => (
          <li key={start}>
            <span className={PART_COLOURS[role]}>{WORDS.parts[role]}</span> {WORDS.bytes(bytes)}
          </li>
        ))}
      </ul>
    </>
  );
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

const MARK_NAMES: Readonly<Record<PartRole, Mark['name']>> = {
  header: 'header',
  payload: 'payload',
  signature: 'signature',
  encrypted_key: 'other',
  iv: 'signature',
  ciphertext: 'payload',
  tag: 'signature',
};

const PART_COLOURS: Readonly<Record<PartRole, string>> = {
  header: 'text-part-header',
  payload: 'text-part-payload',
  signature: 'text-part-signature',
  encrypted_key: 'text-note',
  iv: 'text-part-signature',
  ciphertext: 'text-part-payload',
  tag: 'text-part-signature',
};

const UNSEEN: ReadonlySet<FaultCode> = new Set(['white_space', 'invisible']);

function marksOf({ parts, faults, located, chosen }: Reading): Mark[] {
  const place = located[chosen];
  const aside: Mark[] = place
    ? [
        { start: 0, end: place.start, name: 'aside' },
        { start: place.end, end: Number.MAX_SAFE_INTEGER, name: 'aside' },
      ]
    : [];
  return [
    ...aside.filter(({ start, end }) => end > start),
    ...parts.map(
      ({ role, start, end }): Mark => ({ start, end, name: MARK_NAMES[role], title: WORDS.parts[role] }),
    ),
    ...faults
      .filter(({ pane, code }) => pane === 'token' && code !== 'json_serialisation')
      .map(({ start, end, code, facts }): Mark => {
        // What cannot be seen is shown by its neighbours.
        const around = UNSEEN.has(code) ? 1 : 0;
        const place = { start: Math.max(0, start - around), end: end + around };
        return { ...place, name: 'fault', title: FAULTS[code].tell(facts) };
      }),
  ];
}
