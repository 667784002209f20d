import { type Dispatch, useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { remote } from '../engine/client.ts';
import type { Inspection } from '../engine/engine.ts';
import type { Fault } from '../engine/reading/faults.ts';
import { type FormField, readForm } from './expectation-form.ts';
import { readFragment } from './share/fragment.ts';
import { type DebuggerAction, type DebuggerState, EMPTY_STATE, reduce } from './state.ts';
import { useInspection } from './use-inspection.ts';

export interface Debugger {
  readonly state: DebuggerState;
  readonly dispatch: Dispatch<DebuggerAction>;
  /** Undefined until the engine has answered for the first time. */
  readonly inspection: Inspection | undefined;
  /** Is the engine still at work on what was asked last? */
  readonly busy: boolean;
  /** What no check foresees went wrong: a fault of ours. */
  readonly fault: string | undefined;
  /** What is wrong with what is being typed into the decoded side. */
  readonly draftFaults: readonly Fault[];
  readonly wrongFields: readonly FormField[];
  /** Edits the decoded side; the encoded one follows. */
  edit(parts: { readonly header?: string; readonly payload?: string }): void;
}

/** The state of the debugger, and the engine behind it. */
export function useDebugger(): Debugger {
  const [state, dispatch] = useReducer(reduce, EMPTY_STATE, startState);
  const { text, choose, key, form } = state;
  const { expectations, wrong } = useMemo(() => readForm(form), [form]);
  const inquiry = useMemo(() => ({ text, choose, key, expectations }), [text, choose, key, expectations]);
  const { inspection, settled, fault } = useInspection(inquiry);
  const [encoding, setEncoding] = useState(0);
  const [draftFaults, setDraftFaults] = useState<readonly Fault[]>([]);
  const latest = useRef({ state, inspection, count: 0 });
  latest.current.state = state;
  latest.current.inspection = inspection;

  const encode = useCallback(async (draft: { header?: string | undefined; payload?: string | undefined }) => {
    latest.current.count += 1;
    const { state: now, inspection: seen, count } = latest.current;
    const reading = seen?.reading;
    const payload = reading?.payload;
    const shown = payload === undefined || payload.kind === 'bytes' ? '' : payload.text;
    const signature = reading?.form === 'signed' ? (reading.token.split('.')[2] ?? '') : '';
    setEncoding((running) => running + 1);
    const encoded = await remote.encode(
      {
        header: draft.header ?? now.header ?? reading?.header?.text ?? '{}',
        payload: draft.payload ?? now.payload ?? shown,
        payloadIsJson: payload === undefined || payload.kind === 'json' || now.payload !== undefined,
        signature,
      },
      now.key,
    );
    setEncoding((running) => running - 1);
    if (count !== latest.current.count) return;
    setDraftFaults(encoded.kind === 'faulty' ? encoded.faults : []);
    if (encoded.kind === 'faulty') return;
    const found = reading?.located[reading.chosen];
    dispatch({ type: 'encoded', encoded, place: found ?? { start: 0, end: now.text.length } });
  }, []);

  const edit = useCallback(
    (parts: { readonly header?: string; readonly payload?: string }) => {
      dispatch({ type: 'decoded', ...parts });
      void encode(parts);
    },
    [encode],
  );

  // A key that comes later signs what was edited before.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the key matters here
  useEffect(() => {
    if (latest.current.state.origin.kind !== 'given') void encode({});
  }, [key]);

  const busy = !settled || encoding > 0;
  return { state, dispatch, inspection, busy, fault, draftFaults, wrongFields: wrong, edit };
}

function startState(empty: DebuggerState): DebuggerState {
  const shared = readFragment(globalThis.location.hash);
  return shared === undefined
    ? empty
    : { ...empty, text: shared.token, key: { text: shared.key, encoding: 'utf8' }, cameByLink: true };
}
