import type { Command } from 'commander';
import type { ConfigOption } from '../configuration/locate.ts';
import type { Session } from '../terminal/terminal.ts';
import { addHelp } from './help.ts';
import { configOption } from './options.ts';

export function addMasterKey(program: Command, session: Session): void {
  const masterKey = program
    .command('master-key')
    .description('make and change the key that private keys are sealed under in the store');
  masterKey
    .command('generate')
    .summary('make one')
    .description('Makes the file that masterKey.file names, readable by its owner only.')
    .addOption(configOption())
    .addHelpText('after', '\nExamples:\n  portcullis master-key generate')
    .action(async (options: ConfigOption) => {
      const { generateMasterKey } = await import('../masterkey/master-key.ts');
      await generateMasterKey(session, options);
    });
  masterKey
    .command('rotate')
    .summary('seal everything under another one')
    .description(
      'Seals all private keys in the store under another master key, while the issuer runs. With masterKey.file, the new one ' +
        'is made here; with masterKey.secret, set the new one first and keep the old one under masterKey.previous.',
    )
    .addOption(configOption())
    .addHelpText('after', '\nExamples:\n  portcullis master-key rotate')
    .action(async (options: ConfigOption) => {
      const { rotateMasterKey } = await import('../masterkey/master-key.ts');
      await rotateMasterKey(session, options);
    });
  addHelp(masterKey);
}
