import { Command } from 'commander';
import { addAudit } from './commands/audit.ts';
import { addBackup } from './commands/backup.ts';
import { addCheck } from './commands/check.ts';
import { addClients } from './commands/clients.ts';
import { addDebug } from './commands/debug.ts';
import { addExplain } from './commands/explain.ts';
import { addHelp } from './commands/help.ts';
import { addInit } from './commands/init.ts';
import { addKeys } from './commands/keys.ts';
import { addMasterKey } from './commands/master-key.ts';
import { addRevoke } from './commands/revoke.ts';
import { addStart } from './commands/start.ts';
import { addToken } from './commands/token.ts';
import { addUsers } from './commands/users.ts';
import { exitCodesHelp } from './exit-codes.ts';
import { printable } from './terminal/printable.ts';
import type { Session } from './terminal/terminal.ts';
import { version } from './version.ts';

/** The whole command line. Parsing it runs the command; a usage error or help asked for throws commander's error. */
export function buildProgram(session: Session): Command {
  const { stdout, stderr } = session.terminal;
  const program = new Command('portcullis')
    .description(
      'Secures APIs with JSON Web Tokens: a gateway, and what is needed to run and to understand it.',
    )
    .version(version(), '-V, --version', 'print the version')
    .option('--debug', 'print stack traces of failures')
    .helpOption('-h, --help', 'print help')
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => write(usageLine(text)),
    })
    .exitOverride();
  for (const add of [
    addStart,
    addCheck,
    addInit,
    addClients,
    addUsers,
    addRevoke,
    addKeys,
    addMasterKey,
    addToken,
    addDebug,
    addExplain,
    addAudit,
    addBackup,
  ])
    add(program, session);
  addHelp(program);
  return program.addHelpText('after', `\n${exitCodesHelp()}\n${FIRST_STEPS}`);
}

const FIRST_STEPS = `
Examples:
  portcullis start --demo        an API behind a gateway, and commands to try on it
  portcullis init                write a portcullis.yaml to start from
  portcullis check               tell whether it is valid
  portcullis start               run it`;

/** Commander's message, which may spread a suggestion over a second line. */
function usageLine(text: string): string {
  const message = text
    .trim()
    .replace(/^error: /, '')
    .replaceAll('\n', ' ');
  return `portcullis: ${printable(message)}; --help after the command shows what it takes\n`;
}
