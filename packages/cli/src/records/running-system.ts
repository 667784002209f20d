import { CliError } from '../errors.ts';
import { printable } from '../terminal/printable.ts';
import { type FoundRecord, parseRecord } from './find-record.ts';

const PATIENCE = 5_000;

/**
 * Asks a running gateway for the record of a refused request, at its admin listener.
 *
 * @param admin `http://host:port`
 * @returns undefined when it does not remember one
 * @throws CliError when it cannot be reached
 */
export async function askRunningSystem(admin: string, requestId: string): Promise<FoundRecord | undefined> {
  const place = `the running gateway (${admin})`;
  let response: Response;
  let line: string;
  try {
    response = await fetch(`${admin}/refusals/${encodeURIComponent(requestId)}`, {
      signal: AbortSignal.timeout(PATIENCE),
      redirect: 'error',
    });
    line = await response.text();
  } catch (error) {
    throw new CliError('unavailable', `no gateway answers at ${printable(admin)} (--admin names another)`, {
      cause: error,
    });
  }
  const record = response.ok ? parseRecord(line) : undefined;
  return record && { file: place, record };
}
