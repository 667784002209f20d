import type { Command } from 'commander';

/**
 * `help`, with the names of a command at any depth behind it. Commander's own looks at the first name only, and takes
 * one that does not exist for none.
 */
export function addHelp(group: Command): void {
  group
    .helpCommand(false)
    .command('help')
    .summary('print help for a command')
    .description('Prints help for a command.')
    .argument('[command...]', 'its name, as in "token mint"')
    .addHelpText('after', `\nExamples:\n  ${example(group)}`)
    .action((names: readonly string[]) => {
      let chosen = group;
      for (const name of names) {
        const next = chosen.commands.find((command) => command.name() === name);
        if (next === undefined) return chosen.error(`unknown command '${[...path(chosen), name].join(' ')}'`);
        chosen = next;
      }
      chosen.help();
    });
}

function example(group: Command): string {
  const first = group.commands[0]?.name() ?? '';
  return ['portcullis', ...path(group), 'help', first].join(' ');
}

/** The names that lead to a command, without the program's own. */
function path(command: Command): string[] {
  return command.parent === null ? [] : [...path(command.parent), command.name()];
}
