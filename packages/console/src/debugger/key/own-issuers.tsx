import { type Dispatch, useState } from 'react';
import { Notice } from '../../design/badge.tsx';
import { Button } from '../../design/button.tsx';
import { isServedByPortcullis, type OwnIssuer, ownIssuers } from '../../own-issuers.ts';
import { UI } from '../../strings/ui.ts';
import type { DebuggerAction } from '../state.ts';

/** The issuers of the gateway that serves this page, where one does. */
export function OwnIssuers({ dispatch }: { dispatch: Dispatch<DebuggerAction> }) {
  const [issuers, setIssuers] = useState<readonly OwnIssuer[]>();
  const [failed, setFailed] = useState<string>();
  const [taken, setTaken] = useState<string>();
  if (!isServedByPortcullis()) return null;
  const find = () => {
    ownIssuers().then(setIssuers, (error: unknown) => setFailed(String(error)));
  };
  const take = ({ name, issuer, keys, algorithms }: OwnIssuer) => {
    if (keys !== null) dispatch({ type: 'key', key: { text: keys } });
    dispatch({ type: 'form', form: { issuer, algorithms } });
    setTaken(name);
  };
  return (
    <div>
      <Button small onClick={find}>
        {UI.key.lookUpOwn}
      </Button>
      {failed && <Notice tone="bad">{UI.key.lookUpFailed(failed)}</Notice>}
      {taken !== undefined && (
        <div role="status" className="mt-2">
          <Notice tone="good">{UI.key.ownTaken(taken)}</Notice>
        </div>
      )}
      {issuers && (
        <ul className="mt-2 space-y-1.5">
          {issuers.map((own) => (
            <li key={own.name} className="flex flex-wrap items-center gap-2 text-sm">
              <Button small onClick={() => take(own)}>
                {own.name}
              </Button>
              <span className="break-all text-soft">
                {own.issuer} {own.note}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
