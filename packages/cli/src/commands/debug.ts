import { type Command, InvalidArgumentError } from 'commander';
import type { DebugOptions } from '../console/debug.ts';
import type { Session } from '../terminal/terminal.ts';
import { configOption } from './options.ts';

const HIGHEST_PORT = 65_535;

export function addDebug(program: Command, session: Session): void {
  program
    .command('debug')
    .summary('look at tokens in the browser')
    .description(
      'Serves the token debugger on this machine and opens it in the browser, until Ctrl-C. With a configuration at hand it ' +
        'offers the issuers that stand there. A running gateway shows the same at /debugger of its admin listener.',
    )
    .addOption(configOption())
    .option('--port <number>', 'where to listen on 127.0.0.1; 0 is any free port', readPort, 0)
    .option('--no-open', 'print the address and open nothing')
    .option('--write <file>', 'write the debugger as one file instead, which works without a network')
    .option('--force', 'overwrite a file that is there')
    .addHelpText(
      'after',
      '\nExamples:\n  portcullis debug\n  portcullis debug --port 8090 --no-open\n  portcullis debug --write jwt-debugger.html',
    )
    .action(async (options: DebugOptions) => {
      const { debug } = await import('../console/debug.ts');
      await debug(session, options);
    });
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= HIGHEST_PORT) return port;
  throw new InvalidArgumentError(`It is a number from 0 to ${HIGHEST_PORT}`);
}
