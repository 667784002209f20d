import { useState } from 'react';
import { Notice } from '../../design/badge.tsx';
import { CopyButton } from '../../design/copy-button.tsx';
import { Checkbox, Choice, TextField } from '../../design/field.tsx';
import { UI } from '../../strings/ui.ts';
import { fragmentOf, withoutSignature } from '../share/fragment.ts';
import type { Debugger } from '../use-debugger.ts';

const WORDS = UI.share;
/** Beyond this, programs that pass links on cut them off. */
const LONGEST_LINK = 8000;

/** Makes a link to what is looked at. */
export function Share({ inspection }: Debugger) {
  const [what, setWhat] = useState<'token' | 'decoded'>('token');
  const [withKey, setWithKey] = useState(true);
  const reading = inspection?.reading;
  if (inspection === undefined || reading === undefined || reading.token === '') {
    return <p className="text-soft">{UI.verdict.waiting}</p>;
  }
  const key =
    inspection.key.kind === 'keys'
      ? inspection.key.keys[inspection.verdict?.keyIndex ?? 0]?.publicJwk
      : undefined;
  const token = what === 'token' ? reading.token : withoutSignature(reading.token);
  const { origin, pathname, protocol, href } = globalThis.location;
  const page = protocol === 'file:' ? href.replace(/#.*/, '') : `${origin}${pathname}`;
  const link = page + fragmentOf(token, withKey ? key : undefined);
  const live = inspection.findings.some(({ id }) => id === 'live_token');
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-end gap-4">
        <Choice
          label={WORDS.what}
          value={what}
          onChange={({ target }) => setWhat(target.value === 'decoded' ? 'decoded' : 'token')}
        >
          <option value="token">{WORDS.token}</option>
          <option value="decoded" disabled={reading.form !== 'signed'}>
            {WORDS.decoded}
          </option>
        </Choice>
        {key && (
          <Checkbox
            label={WORDS.key}
            checked={withKey}
            onChange={({ target }) => setWithKey(target.checked)}
          />
        )}
      </div>
      {live && what === 'token' && (
        <div data-live>
          <Notice tone="bad">{WORDS.live}</Notice>
        </div>
      )}
      <div className="flex items-end gap-2">
        <TextField className="flex-1" label={WORDS.link} readOnly value={link} />
        <CopyButton small={false} text={link} label={`${UI.copy}: ${WORDS.link}`} />
      </div>
      {link.length > LONGEST_LINK && <Notice tone="warn">{WORDS.tooLong}</Notice>}
      <p className="text-[0.8125rem] text-soft">
        {WORDS.fragment} {WORDS.never} {protocol === 'file:' && WORDS.offline}
      </p>
    </div>
  );
}
