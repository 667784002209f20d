import { ALGORITHMS } from '@portcullis/token';
import { useState } from 'react';
import { Checkbox, TextField } from '../../design/field.tsx';
import { Panel } from '../../design/panel.tsx';
import { UI } from '../../strings/ui.ts';
import type { ExpectationForm } from '../expectation-form.ts';
import type { Debugger } from '../use-debugger.ts';

const WORDS = UI.expect;

/** What a verifier would be set up with. */
export function ExpectPanel({ state, dispatch, wrongFields, inspection }: Debugger) {
  const { form } = state;
  const [more, setMore] = useState(false);
  const set = (change: Partial<ExpectationForm>) => dispatch({ type: 'form', form: change });
  const hasKey = inspection?.key.kind === 'keys' || inspection?.key.kind === 'secret';
  const keyAlgorithms = hasKey ? (inspection.verdict?.algorithms.join(', ') ?? '') : '';
  const wrong = (name: 'asOf' | 'clockSkew' | 'maxLifetime') => wrongFields.includes(name) || undefined;
  return (
    <Panel title={WORDS.title}>
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField
          label={WORDS.issuer}
          placeholder={WORDS.unpinned}
          value={form.issuer}
          onChange={(event) => set({ issuer: event.target.value })}
        />
        <TextField
          label={WORDS.audience}
          placeholder={WORDS.unpinned}
          value={form.audience}
          onChange={(event) => set({ audience: event.target.value })}
        />
      </div>
      <Checkbox
        className="mt-3"
        label={WORDS.accessTokens}
        checked={form.accessTokensOnly}
        onChange={({ target }) => set({ accessTokensOnly: target.checked })}
      />
      <details
        className="mt-3"
        open={more || wrongFields.length > 0}
        onToggle={({ currentTarget }) => setMore(currentTarget.open)}
      >
        <summary className="min-h-7 py-1 text-sm font-medium">{WORDS.more}</summary>
        <fieldset className="mt-3">
          <legend className="mb-1 text-[0.8125rem] font-medium text-soft">
            {WORDS.algorithms}
            {form.algorithms.length === 0 && ` (${WORDS.algorithmsAny(keyAlgorithms)})`}
          </legend>
          <div className="flex flex-wrap gap-x-4 gap-y-0.5">
            {ALGORITHMS.map((name) => (
              <Checkbox
                key={name}
                label={name}
                checked={form.algorithms.includes(name)}
                onChange={({ target }) =>
                  set({
                    algorithms: ALGORITHMS.filter((one) =>
                      one === name ? target.checked : form.algorithms.includes(one),
                    ),
                  })
                }
              />
            ))}
          </div>
        </fieldset>
        <div className="mt-3 grid gap-3 sm:grid-cols-2">
          <TextField
            label={WORDS.asOf}
            placeholder={WORDS.asOfNow}
            value={form.asOf}
            aria-invalid={wrong('asOf')}
            onChange={(event) => set({ asOf: event.target.value })}
            hint={wrong('asOf') ? WORDS.wrong.asOf : WORDS.asOfHint}
          />
          <TextField
            label={WORDS.required}
            placeholder="sub client_id"
            value={form.required}
            onChange={(event) => set({ required: event.target.value })}
          />
          <TextField
            label={WORDS.skew}
            inputMode="numeric"
            value={form.clockSkew}
            aria-invalid={wrong('clockSkew')}
            hint={wrong('clockSkew') && WORDS.wrong.clockSkew}
            onChange={(event) => set({ clockSkew: event.target.value })}
          />
          <TextField
            label={WORDS.lifetime}
            inputMode="numeric"
            value={form.maxLifetime}
            aria-invalid={wrong('maxLifetime')}
            hint={wrong('maxLifetime') ? WORDS.wrong.maxLifetime : WORDS.lifetimeHint}
            onChange={(event) => set({ maxLifetime: event.target.value })}
          />
        </div>
      </details>
    </Panel>
  );
}
