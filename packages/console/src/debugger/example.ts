import { type Dispatch, useCallback } from 'react';
import { remote } from '../engine/client.ts';
import type { DebuggerAction } from './state.ts';

/** Makes an access token with a key of its own, both here and now: an example that nobody has seen before. */
export function useStartExample(dispatch: Dispatch<DebuggerAction>): () => void {
  return useCallback(() => {
    void startExample(dispatch);
  }, [dispatch]);
}

async function startExample(dispatch: Dispatch<DebuggerAction>): Promise<void> {
  const { privateForms } = await remote.generateSigningKey('ES256');
  const key = { text: privateForms.jwk, encoding: 'utf8' } as const;
  const { header, claims } = await remote.template('access_token', key, 'ES256');
  const encoded = await remote.encode(
    { header: JSON.stringify(header), payload: JSON.stringify(claims), payloadIsJson: true, signature: '' },
    key,
  );
  if (encoded.kind !== 'encoded') return;
  dispatch({ type: 'clear' });
  dispatch({ type: 'key', key });
  dispatch({ type: 'text', text: encoded.token });
}
