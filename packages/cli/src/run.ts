import { CommanderError } from 'commander';
import { EXIT_CODES } from './exit-codes.ts';
import { describeFailure, type Failure } from './failures.ts';
import { buildProgram } from './program.ts';
import { printable } from './terminal/printable.ts';
import { Session, type Terminal } from './terminal/terminal.ts';

/**
 * Runs one command line to its end.
 * @param argv without the interpreter and the script
 * @returns the exit code; a failure is told on stderr, never thrown
 */
export async function runCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const session = new Session(terminal);
  const program = buildProgram(session);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return session.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return usageExitCode(error);
    const failure = describeFailure(error);
    session.note(...`portcullis: ${messageWithConfiguration(failure, session)}`.split('\n').map(printable));
    if (program.opts()['debug'] === true && error instanceof Error) session.note(error.stack ?? '');
    return EXIT_CODES[failure.exit].code;
  }
}

/** Names the configuration that was used where nobody did; a list of problems has it in each line already. */
function messageWithConfiguration({ exit, message }: Failure, { configuration }: Session): string {
  const told = configuration === undefined || exit === 'internal' || message.includes('\n');
  return told ? message : `${message} (configuration: ${configuration})`;
}

/** Commander has printed its own message or the help that was asked for; its codes are 0 and 1. */
function usageExitCode({ exitCode }: CommanderError): number {
  return exitCode === 0 ? EXIT_CODES.ok.code : EXIT_CODES.usage.code;
}
