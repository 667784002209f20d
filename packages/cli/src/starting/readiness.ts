import { setTimeout as pause } from 'node:timers/promises';
import { CliError } from '../errors.ts';
import type { StopRequest } from './signals.ts';

const ATTEMPTS = 100;
const PAUSE_MS = 100;

/**
 * Waits until the gateway calls itself ready.
 * @returns false when it was asked to stop before
 * @throws CliError after ten seconds
 */
export async function isReady(url: string, stop: StopRequest): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS && !stop.isAsked; attempt += 1) {
    if (await answersOk(url)) return !stop.isAsked;
    await pause(PAUSE_MS);
  }
  if (stop.isAsked) return false;
  throw new CliError(
    'unavailable',
    `the gateway started, but ${url} does not say that it is ready; see the log above`,
  );
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
