import type { Exit } from './exit-codes.ts';

/**
 * A failure that the person at the terminal can act on. The message is one plain sentence or two: what is wrong,
 * where, and what to do.
 */
export class CliError extends Error {
  readonly exit: Exit;

  constructor(exit: Exit, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CliError';
    this.exit = exit;
  }
}

/** The code of a system error (`ENOENT`, `EADDRINUSE` …), when it is one. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
