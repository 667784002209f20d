import { type Command, Option } from 'commander';
import type { AddClientOptions } from '../clients/add.ts';
import type { RotateOptions } from '../clients/change.ts';
import type { UpdateClientOptions } from '../clients/update.ts';
import type { ConfigOption } from '../configuration/locate.ts';
import type { JsonOption, Session } from '../terminal/terminal.ts';
import { addHelp } from './help.ts';
import { collect, configOption, jsonOption } from './options.ts';

export function addClients(program: Command, session: Session): void {
  const clients = program
    .command('clients')
    .description('add, list and change the applications that may get tokens from the issuer');
  addAdd(clients, session);
  addList(clients, session);
  addShow(clients, session);
  addUpdate(clients, session);
  addRotate(clients, session);
  addChanges(clients, session);
  addHelp(clients);
}

/** What is said of where people are sent, where they sign in to an application. */
function withPeopleOptions(command: Command): Command {
  return command
    .option('--redirect-uri <uri>', 'where people are sent back to; may be given several times', collect)
    .option(
      '--post-logout-redirect-uri <uri>',
      'where they are sent once they have signed out; may be given several times',
      collect,
    )
    .option('--backchannel-logout-uri <uri>', 'where it is told that somebody signed out');
}

function addAdd(clients: Command, session: Session): void {
  withPeopleOptions(clients.command('add'))
    .summary('add an application')
    .description(
      'Adds an application and prints its secret, once. What it may ask for is named by API: its scopes, and the roles ' +
        'that its tokens carry. With --jwks it proves who it is by signed assertions (private_key_jwt) instead.',
    )
    .argument('<id>', 'its client_id')
    .requiredOption('--owner <who>', 'the team or person who answers for it')
    .option('--name <name>', 'what people call it (default: its id)')
    .option('--contact <address>', 'whom to tell of trouble; may be given several times', collect)
    .option(
      '--allow <api=scopes>',
      'an API it may use, and the scopes, with commas; may be given several times',
      collect,
    )
    .option('--role <api=roles>', 'roles of its tokens for an API; may be given several times', collect)
    .option(
      '--introspect <api>',
      'an API whose tokens it may introspect; may be given several times',
      collect,
    )
    .option('--jwks <file>', 'its public keys, as a JSON Web Key Set')
    .addOption(
      new Option(
        '--type <type>',
        'what it is: a service acts for itself; to a web, single-page or native application people sign in',
      )
        .choices(['service', 'web', 'spa', 'native'])
        .default('service'),
    )
    .option('--first-party', 'it is yours: nobody is asked whether it may act for them')
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', ADD_EXAMPLES)
    .action(async (id: string, options: AddClientOptions) => {
      const { add } = await import('../clients/add.ts');
      await add(session, id, options);
    });
}

const ADD_EXAMPLES = `
Examples:
  portcullis clients add billing --owner team-payments --allow orders=read:orders,write:orders --role orders=clerk
  portcullis clients add nightly --owner ops --allow orders=read:orders --jwks nightly.jwks.json
  portcullis clients add shop --type web --owner team-shop --allow orders=read:orders --redirect-uri https://shop.example.com/callback
  portcullis clients add mailer-api --owner team-mail --introspect mailer`;

function addList(clients: Command, session: Session): void {
  clients
    .command('list')
    .summary('list them')
    .description('Lists the applications, with the age of their secrets and when they were last used.')
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  portcullis clients list\n  portcullis clients list --json')
    .action(async (options: ConfigOption & JsonOption) => {
      const { list } = await import('../clients/show.ts');
      await list(session, options);
    });
}

function addShow(clients: Command, session: Session): void {
  clients
    .command('show')
    .summary('show one')
    .description('Shows everything that is known of an application; never a secret.')
    .argument('<id>', 'its client_id')
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  portcullis clients show billing')
    .action(async (id: string, options: ConfigOption & JsonOption) => {
      const { show } = await import('../clients/show.ts');
      await show(session, id, options);
    });
}

function addUpdate(clients: Command, session: Session): void {
  withPeopleOptions(clients.command('update'))
    .option('--first-party', 'nobody is asked any more whether it may act for them')
    .option('--no-first-party', 'people are asked again')
    .summary('change what one is called, or may do')
    .description(
      'Changes an application: what is given stands in the place of what was there, API by API, and the rest stays. Where ' +
        'it may do less than before, the tokens that it has are revoked.',
    )
    .argument('<id>', 'its client_id')
    .option('--owner <who>', 'the team or person who answers for it')
    .option('--name <name>', 'what people call it')
    .option('--contact <address>', 'whom to tell of trouble; may be given several times', collect)
    .option(
      '--allow <api=scopes>',
      'an API it may use, and all its scopes there, with commas; may be given several times',
      collect,
    )
    .option('--role <api=roles>', 'all roles of its tokens for an API; may be given several times', collect)
    .option('--deny <api>', 'an API it may use and introspect no more; may be given several times', collect)
    .option(
      '--introspect <api>',
      'one more API whose tokens it may introspect; may be given several times',
      collect,
    )
    .addOption(configOption())
    .addHelpText('after', UPDATE_EXAMPLES)
    .action(async (id: string, options: UpdateClientOptions) => {
      const { update } = await import('../clients/update.ts');
      await update(session, id, options);
    });
}

const UPDATE_EXAMPLES = `
Examples:
  portcullis clients update billing --allow orders=read:orders
  portcullis clients update billing --deny mail --owner team-finance
  portcullis clients update billing --role orders=`;

function addRotate(clients: Command, session: Session): void {
  clients
    .command('rotate-secret')
    .summary('give one another secret')
    .description(
      'Makes another secret and prints it, once. The one it has stays good for a while; older ones end.',
    )
    .argument('<id>', 'its client_id')
    .option('--overlap <duration>', 'how long the earlier secret stays good', '24h')
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  portcullis clients rotate-secret billing\n  portcullis clients rotate-secret billing --overlap 0s',
    )
    .action(async (id: string, options: RotateOptions) => {
      const { rotate } = await import('../clients/change.ts');
      await rotate(session, id, options);
    });
}

const CHANGES = {
  disable: {
    summary: 'keep one from getting tokens',
    description: 'Keeps an application from getting tokens, and revokes those that it has.',
  },
  enable: {
    summary: 'let a disabled one in again',
    description: 'Lets a disabled application get tokens again.',
  },
  delete: {
    summary: 'forget one',
    description: 'Forgets an application with its secrets, and revokes the tokens that it has.',
  },
} as const;

function addChanges(clients: Command, session: Session): void {
  for (const name of ['disable', 'enable', 'delete'] as const) {
    const { summary, description } = CHANGES[name];
    clients
      .command(name)
      .summary(summary)
      .description(description)
      .argument('<id>', 'its client_id')
      .addOption(configOption())
      .addHelpText('after', `\nExamples:\n  portcullis clients ${name} billing`)
      .action(async (id: string, options: ConfigOption) => {
        const { disable, enable, remove } = await import('../clients/change.ts');
        await { disable, enable, delete: remove }[name](session, id, options);
      });
  }
}
