import type { Command } from 'commander';
import type { RevokeOptions } from '../revoking/revoke.ts';
import type { Session } from '../terminal/terminal.ts';
import { configOption } from './options.ts';

export function addRevoke(program: Command, session: Session): void {
  program
    .command('revoke')
    .summary('end tokens before they expire')
    .description(
      'Ends tokens at once: one, or all of a client, a subject, a session, a signing key or an issuer. Every gateway that ' +
        'runs on the store refuses them within milliseconds, and after a restart too. Of a client, a subject and an issuer ' +
        'those end that were issued until now: who comes again may get new ones.',
    )
    .argument('[token]', 'the token itself, or - to read it from stdin')
    .option('--jti <id>', 'the token with this jti')
    .option('--client <id>', 'all tokens of this client_id')
    .option('--subject <sub>', 'all tokens of this subject')
    .option('--session <sid>', 'all tokens of this session')
    .option(
      '--key <kid>',
      'all tokens under this key (for a key of our own issuer, rather: portcullis keys revoke)',
    )
    .option('--all', 'all tokens of the issuer')
    .option('--issuer <name>', 'whose tokens: a name or iss of the configuration (default: our own)')
    .option('--issued-before <time>', 'only those issued before this time, such as 2026-11-25T12:00:00Z')
    .option('--reason <text>', 'why, for the audit events')
    .addOption(configOption())
    .addHelpText('after', EXAMPLES)
    .action(async (token: string | undefined, options: RevokeOptions) => {
      const { revoke } = await import('../revoking/revoke.ts');
      await revoke(session, token, options);
    });
}

const EXAMPLES = `
Examples:
  portcullis revoke $TOKEN
  portcullis revoke --client billing --reason "its laptop was stolen"
  portcullis revoke --subject jo --issuer partner
  portcullis revoke --all --issued-before 2026-11-25T12:00:00Z`;
