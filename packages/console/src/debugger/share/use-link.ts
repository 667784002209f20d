import { type Dispatch, useEffect } from 'react';
import type { DebuggerAction } from '../state.ts';
import { readFragment } from './fragment.ts';

/**
 * Takes what a link carries, also one that is opened while the page is there, and takes it out of the address: who
 * copies that later shares nothing by accident.
 */
export function useLink(dispatch: Dispatch<DebuggerAction>): void {
  useEffect(() => {
    const take = () => {
      const { location, history } = globalThis;
      const shared = readFragment(location.hash);
      if (shared === undefined) return;
      dispatch({ type: 'link', ...shared });
      history.replaceState(null, '', location.href.replace(/#.*/, ''));
    };
    take();
    globalThis.addEventListener('hashchange', take);
    return () => globalThis.removeEventListener('hashchange', take);
  }, [dispatch]);
}
