import { TokenError } from '@portcullis/token';
import { CliError } from '../errors.ts';
import type { Exit } from '../exit-codes.ts';

/** What `read` makes of a token; one that cannot be read ends the command with `exit`. */
export function readable<T>(read: () => T, exit: Exit): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    throw new CliError(exit, `this is not a token that can be read: ${error.message}`, { cause: error });
  }
}
