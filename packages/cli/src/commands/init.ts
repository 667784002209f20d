import type { Command } from 'commander';
import type { InitOptions } from '../configuration/init.ts';
import type { Session } from '../terminal/terminal.ts';

export function addInit(program: Command, session: Session): void {
  program
    .command('init')
    .summary('write a configuration to start from')
    .description('Writes a commented portcullis.yaml to start from.')
    .argument('[place]', 'a folder, or the name of a .yaml file', '.')
    .option('--force', 'overwrite a file that is there')
    .addHelpText('after', '\nExamples:\n  portcullis init\n  portcullis init deploy/gateway.yaml')
    .action(async (place: string, options: InitOptions) => {
      const { init } = await import('../configuration/init.ts');
      await init(session, place, options);
    });
}
