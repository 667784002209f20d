import { dirname } from 'node:path';
import { CliError, messageOf, systemCode } from './errors.ts';
import type { Exit } from './exit-codes.ts';
import { printable } from './terminal/printable.ts';

export interface Failure {
  readonly exit: Exit;
  readonly message: string;
}

const FILE_TROUBLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EEXIST: 'something else is there already',
  EACCES: 'this user may not access it',
  EPERM: 'this user may not do that',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  ENOSPC: 'the disk is full',
  EROFS: 'the file system is read-only',
};

/** What to throw when a file could not be written: it names the file that was meant, not a draft or a lock beside it. */
export function writeTrouble(file: string, error: unknown): unknown {
  const code = systemCode(error) ?? '';
  const because = ['EACCES', 'EPERM'].includes(code)
    ? `this user may not write in ${dirname(file)}`
    : FILE_TROUBLE[code];
  if (because === undefined) return error;
  return new CliError('unavailable', `${file} cannot be written: ${because}`, { cause: error });
}

/** What to say about anything that was thrown, and which exit code it ends the run with. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof CliError) return { exit: error.exit, message: error.message };
  const trouble = FILE_TROUBLE[systemCode(error) ?? ''];
  if (trouble !== undefined && error instanceof Error && 'path' in error) {
    return { exit: 'unavailable', message: `${printable(String(error.path))}: ${trouble}` };
  }
  return {
    exit: 'internal',
    message: `internal fault: ${printable(messageOf(error))}; run it again with --debug and report what it prints`,
  };
}
