import { proxy } from 'comlink';
import { type Dispatch, useCallback, useEffect, useRef, useState } from 'react';
import { Badge, Notice, type Tone } from '../../design/badge.tsx';
import { Button } from '../../design/button.tsx';
import { remote } from '../../engine/client.ts';
import type { Severity } from '../../engine/findings/rule.ts';
import type { Guess } from '../../engine/guessing/guess.ts';
import { FINDINGS } from '../../strings/findings.ts';
import { UI } from '../../strings/ui.ts';
import type { DebuggerAction } from '../state.ts';
import type { Debugger } from '../use-debugger.ts';

const WORDS = UI.findings;
const TONES: Readonly<Record<Severity, Tone>> = { danger: 'bad', warning: 'warn', notice: 'note' };

/** What may be wrong with the token, the worst first, and what to do about it. */
export function Findings({ inspection, state, dispatch }: Debugger) {
  if (inspection === undefined || inspection.reading.form === 'none')
    return <p className="text-soft">{WORDS.waiting}</p>;
  const { findings } = inspection;
  return (
    <>
      {findings.length === 0 && <p className="text-soft">{WORDS.none}</p>}
      <ul className="divide-y divide-line">
        {findings.map(({ id, severity, reference, url, facts }) => (
          <li key={id} data-finding={id} className="flex flex-wrap gap-x-3 gap-y-1 py-2">
            <span className="w-20 shrink-0">
              <Badge tone={TONES[severity]}>{WORDS.severities[severity]}</Badge>
            </span>
            <div className="min-w-0 flex-1 basis-64">
              <p className="font-medium break-words">{FINDINGS[id]?.title(facts) ?? id}</p>
              <p className="text-sm">{FINDINGS[id]?.advice}</p>
              <a
                href={url}
                target="_blank"
                rel="noreferrer"
                className="text-[0.8125rem] text-accent underline"
              >
                {reference}
              </a>
            </div>
          </li>
        ))}
      </ul>
      {/^HS/.test(String(inspection.reading.header?.object?.['alg'])) && (
        <Guessing key={state.text} text={state.text} choose={state.choose} dispatch={dispatch} />
      )}
    </>
  );
}

interface GuessingProps {
  readonly text: string;
  readonly choose: number;
  readonly dispatch: Dispatch<DebuggerAction>;
}

/** Tries the shipped list of secrets, in the engine, with progress and a way to stop. */
function Guessing({ text, choose, dispatch }: GuessingProps) {
  const [progress, setProgress] = useState<{ tried: number; of: number }>();
  const [guess, setGuess] = useState<Guess>();
  const running = useRef(false);
  const stop = useCallback(() => {
    running.current = false;
  }, []);
  useEffect(() => stop, [stop]);
  const start = async () => {
    running.current = true;
    setGuess(undefined);
    setProgress({ tried: 0, of: 1 });
    const report = proxy((tried: number, of: number) => {
      setProgress({ tried, of });
      return running.current;
    });
    setGuess(await remote.guess(text, choose, report));
    setProgress(undefined);
    running.current = false;
  };
  return (
    <div className="mt-3 flex flex-wrap items-center gap-3 border-t border-line pt-3">
      {progress === undefined ? (
        <Button onClick={() => void start()}>{WORDS.guess}</Button>
      ) : (
        <Button onClick={stop}>{WORDS.stop}</Button>
      )}
      {progress && (
        <label className="flex items-center gap-2 text-sm">
          <progress max={progress.of} value={progress.tried} />
          {WORDS.guessing(progress.tried, progress.of)}
        </label>
      )}
      <div role="status" data-guess={guess?.kind}>
        {guess?.kind === 'found' && (
          <Notice tone="bad">
            {WORDS.found(guess.secret)}{' '}
            <Button
              small
              onClick={() => dispatch({ type: 'key', key: { text: guess.secret, encoding: guess.encoding } })}
            >
              {WORDS.use}
            </Button>
          </Notice>
        )}
        {guess?.kind === 'not_found' && <Notice tone="plain">{WORDS.notFound(guess.tried)}</Notice>}
        {guess?.kind === 'not_applicable' && <Notice tone="plain">{WORDS.notApplicable}</Notice>}
      </div>
    </div>
  );
}
