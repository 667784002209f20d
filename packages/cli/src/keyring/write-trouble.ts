import { dirname } from 'node:path';
import { CliError, systemCode } from '../errors.ts';
import { fileTrouble } from '../failures.ts';

/** What to throw when a file could not be written: it names the file that was meant, not the draft or lock beside it. */
export function writeTrouble(file: string, error: unknown): unknown {
  const code = systemCode(error);
  const because = ['EACCES', 'EPERM'].includes(code ?? '')
    ? `this user may not write in ${dirname(file)}`
    : fileTrouble(code);
  if (because === undefined) return error;
  return new CliError('unavailable', `${file} cannot be written: ${because}`, { cause: error });
}
