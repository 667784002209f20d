import { type Remote, wrap } from 'comlink';
import { startEngine } from '#start-engine';
import type { Engine } from './engine.ts';

/** The engine in its worker; every call is answered with a promise. One for the whole page. */
export const remote: Remote<Engine> = wrap<Engine>(await startEngine());
