import type { Command } from 'commander';
import type { AuditOptions } from '../auditing/audit.ts';
import type { Session } from '../terminal/terminal.ts';
import { configOption, jsonOption } from './options.ts';

export function addAudit(program: Command, session: Session): void {
  program
    .command('audit')
    .summary('tell who did what')
    .description(
      'Prints audit events, the newest last: tokens issued, refused and revoked, who signed in, and what was done to people, clients and ' +
        'keys. With ' +
        '--json, an event a line.',
    )
    .option('--client <id>', 'only those of this client')
    .option('--user <user>', 'only those about somebody: their email address, or the sub of their tokens')
    .option('--type <type>', 'only these, such as token.issued or sign_in')
    .option('--request <id>', 'only those of this request: the X-Request-Id of an answer of the issuer')
    .option('--limit <number>', 'at most so many', '50')
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  portcullis audit\n  portcullis audit --client billing --type token.refused\n  portcullis audit --user jo@example.com --type sign_in',
    )
    .action(async (options: AuditOptions) => {
      const { audit } = await import('../auditing/audit.ts');
      await audit(session, options);
    });
}
