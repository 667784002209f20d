import { type Dispatch, useState } from 'react';
import { Notice } from '../../design/badge.tsx';
import { Button } from '../../design/button.tsx';
import { TextField } from '../../design/field.tsx';
import { remote } from '../../engine/client.ts';
import type { LookUp as Answer } from '../../engine/engine.ts';
import { UI } from '../../strings/ui.ts';
import type { DebuggerAction } from '../state.ts';
import { OwnIssuers } from './own-issuers.tsx';

const WORDS = UI.key;

interface LookUpProps {
  readonly dispatch: Dispatch<DebuggerAction>;
  /** What the token says; the field begins with it. */
  readonly issuer: string;
}

/** Fetches keys by name, when asked to. */
export function LookUp({ dispatch, issuer }: LookUpProps) {
  const [typed, setAddress] = useState<string>();
  const address = typed ?? (/^https?:/.test(issuer) ? issuer : '');
  const [told, setTold] = useState<Answer | 'busy'>();
  const find = async (how: 'issuer' | 'jwks') => {
    setTold('busy');
    const asked = address.trim();
    const answer = how === 'issuer' ? await remote.lookUpIssuer(asked) : await remote.lookUpKeySet(asked);
    setTold(answer);
    if (answer.kind === 'failed') return;
    dispatch({ type: 'key', key: { text: JSON.stringify(answer.jwks, null, 2) } });
    if (how === 'issuer') dispatch({ type: 'form', form: { issuer: asked } });
  };
  return (
    <details className="mt-3">
      <summary className="text-sm font-medium">{WORDS.lookUp}</summary>
      <div className="mt-2 space-y-2">
        <TextField
          label={WORDS.lookUpUrl}
          type="url"
          placeholder="https://id.example.com"
          value={address}
          onChange={(event) => setAddress(event.target.value)}
          hint={WORDS.lookUpTells}
        />
        <div className="flex flex-wrap gap-2">
          <Button small disabled={address.trim() === ''} onClick={() => void find('issuer')}>
            {WORDS.lookUpIssuer}
          </Button>
          <Button small disabled={address.trim() === ''} onClick={() => void find('jwks')}>
            {WORDS.lookUpJwks}
          </Button>
        </div>
        <div role="status">
          {told === 'busy' && UI.loading}
          {told !== undefined && told !== 'busy' && told.kind === 'found' && (
            <Notice tone="good">{WORDS.lookUpDone(told.jwksUri)}</Notice>
          )}
          {told !== undefined && told !== 'busy' && told.kind === 'failed' && (
            <Notice tone="bad">
              {WORDS.lookUpFailed(told.reason)}
              {/failed to fetch|network|load failed/i.test(told.reason) && ` ${WORDS.lookUpUnreachable}`}
            </Notice>
          )}
        </div>
        <OwnIssuers dispatch={dispatch} />
      </div>
    </details>
  );
}
