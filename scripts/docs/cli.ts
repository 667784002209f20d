import { join } from 'node:path';
import { mustRun } from '../command.ts';
import { ROOT } from '../workspace.ts';
import { GENERATED, type Page } from './page.ts';

const INTRO = `# The \`portcullis\` command

What each command says of itself with \`--help\`. In this repository it is run as \`npx portcullis\`.`;

/** docs/cli.md: the help of the command and of every subcommand, in the order in which the command lists them. */
export async function cliPage(): Promise<Page> {
  const sections = await sectionsOf([]);
  return { path: 'docs/cli.md', text: `${[GENERATED, INTRO, ...sections].join('\n\n')}\n` };
}

async function sectionsOf(command: readonly string[]): Promise<string[]> {
  const help = await helpOf(command);
  const title = ['portcullis', ...command].join(' ');
  const section = [`## \`${title}\``, '', '```text', help.trimEnd(), '```'].join('\n');
  const inner: string[] = [];
  for (const name of subcommands(help)) inner.push(...(await sectionsOf([...command, name])));
  return [section, ...inner];
}

async function helpOf(command: readonly string[]): Promise<string> {
  const main = join(ROOT, 'packages', 'cli', 'src', 'main.ts');
  const env = { COLUMNS: '100', NO_COLOR: '1', FORCE_COLOR: undefined };
  return (await mustRun(process.execPath, [main, ...command, '--help'], { env })).stdout;
}

/** The names under "Commands:" in a help text. */
export function subcommands(help: string): string[] {
  const [, list] = help.split(/^Commands:$/m);
  if (list === undefined) return [];
  const [section = ''] = list.split(/^\S/m);
  return section
    .split('\n')
    .flatMap((line) => /^ {2}([a-z][a-z-]*)/.exec(line)?.[1] ?? [])
    .filter((name) => name !== 'help');
}
