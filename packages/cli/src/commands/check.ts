import type { Command } from 'commander';
import type { CheckOptions } from '../configuration/check.ts';
import type { Session } from '../terminal/terminal.ts';
import { configOption, jsonOption } from './options.ts';

export function addCheck(program: Command, session: Session): void {
  program
    .command('check')
    .summary('tell whether a configuration is valid')
    .description(
      'Checks a configuration in full, key files and secrets included, without starting anything. Every problem is ' +
        'printed as file:line:column, with the nearest key where one is unknown; else, what would run.',
    )
    .argument('[file]', 'configuration file (default: as for --config)')
    .addOption(configOption())
    .option('--no-env', 'take environment variables that are not set as given')
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, options: CheckOptions) => {
      const { check } = await import('../configuration/check.ts');
      await check(session, file, options);
    });
}

const EXAMPLES = `
Examples:
  portcullis check
  portcullis check deploy/portcullis.yaml --json
  portcullis check deploy/portcullis.yaml --no-env    # where its secrets are not at hand`;
