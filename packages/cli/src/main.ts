import { runCommand } from './run.ts';
import { processTerminal } from './terminal/terminal.ts';

// The reader went away (`portcullis … | head`): there is nobody left to tell, but what runs may finish in order.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await runCommand(process.argv.slice(2), processTerminal());
