import { runCommand } from './run.ts';
import { processTerminal } from './terminal/terminal.ts';

// The reader went away (`portcullis … | head`): there is nobody left to tell.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(process.exitCode ?? 0);
  });
}

process.exitCode = await runCommand(process.argv.slice(2), processTerminal());
