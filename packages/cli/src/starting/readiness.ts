import { setTimeout as pause } from 'node:timers/promises';
import { CliError } from '../errors.ts';

const ATTEMPTS = 100;
const PAUSE_MS = 100;

/**
 * Waits until the gateway calls itself ready.
 * @throws CliError after ten seconds
 */
export async function waitUntilReady(url: string): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (await answersOk(url)) return;
    await pause(PAUSE_MS);
  }
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
