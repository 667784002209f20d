import assert from 'node:assert/strict';
import { it } from 'node:test';
import { subcommands } from './cli.ts';

it('finds the subcommands in a help text, without options, examples and help itself', () => {
  const help = `Usage: portcullis [options] [command]

Options:
  --debug                 print stack traces

Commands:
  start [options]         run it
  dry-run <file>          try it,
                          on a long line
  help [command]          print help

Examples:
  portcullis start
`;
  assert.deepEqual(subcommands(help), ['start', 'dry-run']);
});

it('finds none where a command has none', () => {
  assert.deepEqual(subcommands('Usage: portcullis check\n\nOptions:\n  --json  print JSON\n'), []);
});
