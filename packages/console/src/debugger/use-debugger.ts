import { type Dispatch, useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { remote } from '../engine/client.ts';
import type { Inspection } from '../engine/engine.ts';
import type { Fault } from '../engine/reading/faults.ts';
import { type FormField, readForm } from './expectation-form.ts';
import { useLink } from './share/use-link.ts';
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
  const [state, dispatch] = useReducer(reduce, EMPTY_STATE);
  useLink(dispatch);
  const { text, choose, key, form } = state;
  const { expectations, wrong } = useMemo(() => readForm(form), [form]);
  const inquiry = useMemo(() => ({ text, choose, key, expectations }), [text, choose, key, expectations]);
  const { inspection, settled, fault } = useInspection(inquiry);
  const { draftFaults, editing } = useEdits(state, dispatch);

  const edit = useCallback(
    (parts: { readonly header?: string; readonly payload?: string }) =>
      dispatch({ type: 'decoded', ...parts }),
    [],
  );
  const busy = !settled || editing;
  return { state, dispatch, inspection, busy, fault, draftFaults, wrongFields: wrong, edit };
}

/**
 * Has what is typed into the decoded side encoded, whenever it or the key changes. The engine gets the text as it is and
 * gives it back whole; an answer that is not the one to the latest question is dropped.
 */
function useEdits(state: DebuggerState, dispatch: Dispatch<DebuggerAction>) {
  const [draftFaults, setDraftFaults] = useState<readonly Fault[]>([]);
  const [editing, setEditing] = useState(false);
  const { header, payload, key, revision } = state;
  const base = useRef(baseOf(state));
  base.current = baseOf(state);

  useEffect(() => {
    setDraftFaults([]);
    if (header === undefined && payload === undefined) return undefined;
    let dropped = false;
    setEditing(true);
    const asked = remote.edit({ ...base.current, header, payload }, key);
    asked
      .then((edited) => {
        if (dropped) return;
        setDraftFaults(edited.kind === 'faulty' ? edited.faults : []);
        if (edited.kind !== 'faulty') dispatch({ type: 'edited', edited, revision });
      })
      .finally(() => {
        if (!dropped) setEditing(false);
      });
    return () => {
      dropped = true;
      setEditing(false);
    };
  }, [header, payload, key, revision, dispatch]);

  return { draftFaults, editing };
}

function baseOf({ text, choose, given = text }: DebuggerState) {
  return { text, choose, given };
}
