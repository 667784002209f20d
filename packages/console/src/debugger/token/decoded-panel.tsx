import { useMemo } from 'react';
import { Badge } from '../../design/badge.tsx';
import { Button } from '../../design/button.tsx';
import { CopyButton } from '../../design/copy-button.tsx';
import { Panel } from '../../design/panel.tsx';
import type { Mark } from '../../editor/marks.ts';
import { TextEditor } from '../../editor/text-editor.tsx';
import type { Fault, Pane } from '../../engine/reading/faults.ts';
import { FAULTS } from '../../strings/faults.ts';
import { keyErrorText } from '../../strings/reasons.ts';
import { UI } from '../../strings/ui.ts';
import type { Debugger } from '../use-debugger.ts';
import { FaultList } from './fault-list.tsx';

const WORDS = UI.decoded;

/** The decoded side. What is changed here is encoded again, and signed when the key can. */
export function DecodedPanel(debug: Debugger) {
  const { state, inspection } = debug;
  return (
    <Panel title={WORDS.title} actions={<OriginBadge {...debug} />}>
      <Editable
        pane="header"
        title={WORDS.header}
        label={WORDS.headerLabel}
        text={state.header ?? inspection?.reading.header?.text ?? ''}
        debug={debug}
      />
      <div className="mt-3">
        <Payload {...debug} />
      </div>
    </Panel>
  );
}

function OriginBadge({ state: { origin } }: Debugger) {
  if (origin.kind === 'given') return null;
  if (origin.kind === 'signed') return <Badge tone="good">{WORDS.signedHere}</Badge>;
  const why = WORDS.reasons[origin.why] ?? keyErrorText(origin.why);
  return (
    <span data-origin="unsigned" className="text-[0.8125rem] font-semibold text-warn">
      {WORDS.unsignedHere}. {why}.
    </span>
  );
}

interface EditableProps {
  readonly pane: Pane & ('header' | 'payload');
  readonly title: string;
  readonly label: string;
  readonly text: string;
  readonly debug: Debugger;
}

function Editable({ pane, title, label, text, debug }: EditableProps) {
  const { inspection, draftFaults, state, edit } = debug;
  const drafted = state[pane] !== undefined;
  const reading = inspection?.reading;
  // What is encrypted is bound to its header: nobody can change that without the key.
  const readOnly = reading?.form === 'encrypted' || reading?.form === 'encrypted_json';
  const faults = useMemo(
    () => (drafted ? draftFaults : (reading?.faults ?? [])).filter((fault) => fault.pane === pane),
    [drafted, draftFaults, reading, pane],
  );
  const marks = useMemo(() => faults.map(markOf), [faults]);
  return (
    <>
      <div className="mb-1 flex items-center justify-between gap-2">
        <h3
          className={
            pane === 'header'
              ? 'text-sm font-semibold text-part-header'
              : 'text-sm font-semibold text-part-payload'
          }
        >
          {title}
        </h3>
        <CopyButton text={text} label={`${UI.copy}: ${title}`} />
      </div>
      <TextEditor
        label={label}
        language="json"
        text={text}
        marks={marks}
        {...(readOnly ? {} : { onChange: (value: string) => edit({ [pane]: value }) })}
      />
      <FaultList
        label={`${title}: ${UI.token.faults}`}
        faults={faults}
        onMend={({ start, end, text: mended }) =>
          edit({ [pane]: text.slice(0, start) + mended + text.slice(end) })
        }
      />
    </>
  );
}

function markOf({ start, end, code, facts }: Fault): Mark {
  return { start, end, name: 'fault', title: FAULTS[code].tell(facts) };
}

function Payload(debug: Debugger) {
  const { state, dispatch, inspection } = debug;
  const reading = inspection?.reading;
  const payload = reading?.payload;
  if (state.payload === undefined && reading !== undefined) {
    if (reading.form === 'encrypted' || reading.form === 'encrypted_json')
      return <Aside text={WORDS.encrypted} />;
    if (payload?.kind === 'bytes') return <Aside text={WORDS.binary(payload.bytes)} />;
    if (payload?.kind === 'token') {
      return (
        <div className="flex flex-wrap items-center gap-2">
          <Aside text={WORDS.nested} />
          <Button small onClick={() => dispatch({ type: 'text', text: payload.text })}>
            {WORDS.openNested}
          </Button>
        </div>
      );
    }
  }
  const text = payload === undefined || payload.kind === 'bytes' ? '' : payload.text;
  return (
    <Editable
      pane="payload"
      title={WORDS.payload}
      label={WORDS.payloadLabel}
      text={state.payload ?? text}
      debug={debug}
    />
  );
}

function Aside({ text }: { text: string }) {
  return <p className="text-sm text-soft">{text}</p>;
}
