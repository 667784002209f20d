import type { Command } from 'commander';
import type { JsonOption, Session } from '../terminal/terminal.ts';
import { jsonOption } from './options.ts';

export function addDecode(token: Command, session: Session): void {
  token
    .command('decode')
    .summary('show what is in a token, verifying nothing')
    .description(
      'Shows the header and the claims of a token. Nothing is verified: anyone can write anything into a token. ' +
        'Use "token verify" to know whether it is to be believed.',
    )
    .argument('[token]', 'the token, or - for stdin, which keeps it out of the shell history (default: -)')
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async (argument: string | undefined, options: JsonOption) => {
      const { decode } = await import('../inspecting/decode.ts');
      await decode(session, argument, options);
    });
}

const EXAMPLES = `
What surrounds a pasted token ("Authorization: Bearer", quotes, line breaks) is removed first.

Examples:
  portcullis token mint --client demo | portcullis token decode
  pbpaste | portcullis token decode --json`;
