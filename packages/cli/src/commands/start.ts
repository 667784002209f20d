import type { Command } from 'commander';
import type { StartOptions } from '../starting/start.ts';
import type { Session } from '../terminal/terminal.ts';
import { configOption } from './options.ts';

export function addStart(program: Command, session: Session): void {
  program
    .command('start')
    .summary('run the gateway, and the issuer')
    .description(
      'Runs the gateway until SIGTERM or SIGINT, then lets requests under way finish; a second signal ends it at ' +
        'once. Where the configuration has an issuer section, the issuer runs too: with a store it gives tokens, without one it only shows the keys of developmentKeys. The configuration is ' +
        'read again when the file changes, and on SIGHUP.',
    )
    .argument('[file]', 'configuration file (default: as for --config)')
    .addOption(configOption().conflicts('demo'))
    .option('--demo', 'run a small API behind a gateway, set up in ./data/demo on the first run')
    .addHelpText('after', '\nExamples:\n  portcullis start --demo\n  portcullis start deploy/portcullis.yaml')
    .action(async (file: string | undefined, options: StartOptions) => {
      const { PreparedWorkers } = await import('@portcullis/gateway/prepared-workers');
      const workers = new PreparedWorkers({ ...session.terminal.env });
      // While this process loads what follows, a third of a start, another one loads what the first worker needs.
      workers.prepare(1);
      try {
        const { start } = await import('../starting/start.ts');
        await start(session, workers, file, options);
      } finally {
        workers.end();
      }
    });
}
