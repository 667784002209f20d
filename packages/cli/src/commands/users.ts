import { type Command, InvalidArgumentError } from 'commander';
import type { ConfigOption } from '../configuration/locate.ts';
import type { JsonOption, Session } from '../terminal/terminal.ts';
import type { AddUserOptions } from '../users/add.ts';
import type { UpdateUserOptions } from '../users/change.ts';
import type { ListUsersOptions } from '../users/show.ts';
import { addHelp } from './help.ts';
import { collect, configOption, jsonOption } from './options.ts';

export function addUsers(program: Command, session: Session): void {
  const users = program.command('users').description('add, list and change the people who can sign in');
  addAdd(users, session);
  addList(users, session);
  addShow(users, session);
  addUpdate(users, session);
  addLink(users, session);
  addChanges(users, session);
  addHelp(users);
}

function addAdd(users: Command, session: Session): void {
  users
    .command('add')
    .summary('add somebody')
    .description(
      'Adds somebody who can sign in, and prints a link by which they choose their password. The first administrator is ' +
        'made in this way, too.',
    )
    .argument('<email>', 'their email address')
    .option('--name <name>', 'what they are called (default: what stands before the @)')
    .option('--role <api=roles>', 'their roles at an API, with commas; may be given several times', collect)
    .option('--administrator', 'they may administer Portcullis')
    .option('--password-stdin', 'read their password from standard input instead')
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', ADD_EXAMPLES)
    .action(async (email: string, options: AddUserOptions) => {
      const { add } = await import('../users/add.ts');
      await add(session, email, options);
    });
}

const ADD_EXAMPLES = `
Examples:
  portcullis users add jo@example.com --name "Jo Doe" --role orders=clerk
  portcullis users add root@example.com --administrator
  pass show jo | portcullis users add jo@example.com --password-stdin`;

function addList(users: Command, session: Session): void {
  users
    .command('list')
    .summary('list them')
    .description('Lists people by email address.')
    .option('--prefix <text>', 'only those whose email address begins so')
    .option('--limit <n>', 'at most so many', positive, 100)
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  portcullis users list\n  portcullis users list --prefix jo --json')
    .action(async (options: ListUsersOptions) => {
      const { list } = await import('../users/show.ts');
      await list(session, options);
    });
}

function positive(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('a whole number from 1 to 999999 is needed.');
}

function addShow(users: Command, session: Session): void {
  users
    .command('show')
    .summary('show one')
    .description('Shows what is known of somebody, and where they are signed in; never what lets them in.')
    .argument('<user>', 'their email address, or the sub of their tokens')
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  portcullis users show jo@example.com')
    .action(async (user: string, options: ConfigOption & JsonOption) => {
      const { show } = await import('../users/show.ts');
      await show(session, user, options);
    });
}

function addUpdate(users: Command, session: Session): void {
  users
    .command('update')
    .summary('change what they are called, or may do')
    .description(
      'Changes somebody: the roles that are given for an API stand in the place of those there were. Where they may do less ' +
        'than before, they are signed out everywhere.',
    )
    .argument('<user>', 'their email address, or the sub of their tokens')
    .option('--name <name>', 'what they are called')
    .option('--role <api=roles>', 'all their roles at an API; may be given several times', collect)
    .option('--email <address>', 'another email address, which you know to be theirs')
    .option('--administrator', 'they may administer Portcullis')
    .option('--no-administrator', 'they may no more')
    .option(
      '--no-authenticator',
      'remove their authenticator application and recovery codes, when they are lost',
    )
    .option('--no-passkeys', 'remove their passkeys')
    .addOption(configOption())
    .addHelpText(
      'after',
      '\nExamples:\n  portcullis users update jo@example.com --role orders=clerk,admin\n  portcullis users update jo@example.com --role orders= --no-administrator\n  portcullis users update jo@example.com --no-authenticator',
    )
    .action(async (user: string, options: UpdateUserOptions) => {
      const { update } = await import('../users/change.ts');
      await update(session, user, options);
    });
}

function addLink(users: Command, session: Session): void {
  users
    .command('link')
    .summary('make another link to choose a password by')
    .description('Prints a link by which somebody chooses a password, once; earlier ones are good no more.')
    .argument('<user>', 'their email address, or the sub of their tokens')
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  portcullis users link jo@example.com')
    .action(async (user: string, options: ConfigOption & JsonOption) => {
      const { link } = await import('../users/change.ts');
      await link(session, user, options);
    });
}

const CHANGES = {
  'sign-out': {
    summary: 'sign somebody out everywhere',
    description: 'Ends all sessions of somebody, and the tokens that came of them.',
  },
  disable: {
    summary: 'keep somebody from signing in',
    description: 'Keeps somebody from signing in, and ends all sessions and tokens that they have.',
  },
  enable: {
    summary: 'let a disabled one in again',
    description: 'Lets somebody who was disabled sign in again.',
  },
  delete: {
    summary: 'forget somebody',
    description: 'Forgets somebody with all that is theirs, and ends all sessions and tokens that they have.',
  },
} as const;

function addChanges(users: Command, session: Session): void {
  for (const name of ['sign-out', 'disable', 'enable', 'delete'] as const) {
    const { summary, description } = CHANGES[name];
    users
      .command(name)
      .aliases(name === 'delete' ? ['remove'] : [])
      .summary(summary)
      .description(description)
      .argument('<user>', 'their email address, or the sub of their tokens')
      .addOption(configOption())
      .addHelpText('after', `\nExamples:\n  portcullis users ${name} jo@example.com`)
      .action(async (user: string, options: ConfigOption) => {
        const { disable, enable, remove, signOut } = await import('../users/change.ts');
        await { 'sign-out': signOut, disable, enable, delete: remove }[name](session, user, options);
      });
  }
}
