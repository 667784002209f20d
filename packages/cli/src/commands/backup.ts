import type { Command } from 'commander';
import type { ConfigOption } from '../configuration/locate.ts';
import type { Session } from '../terminal/terminal.ts';
import { configOption } from './options.ts';

export function addBackup(program: Command, session: Session): void {
  program
    .command('backup')
    .summary('copy the embedded database')
    .description(
      'Writes a copy of the embedded database (SQLite) as it is at this moment, while everything goes on.',
    )
    .argument('<file>', 'where to; a file that is there is not overwritten')
    .addOption(configOption())
    .addHelpText('after', '\nExamples:\n  portcullis backup backup-2026-11-25.db')
    .action(async (file: string, options: ConfigOption) => {
      const { backup } = await import('../storage/backup.ts');
      await backup(session, file, options);
    });
}
