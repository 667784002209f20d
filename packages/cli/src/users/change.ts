import {
  changeAccount,
  deleteAccount,
  disableAccount,
  enableAccount,
  newLink,
  normalEmail,
  removeFactors,
  resourcesOf,
  signOutEverywhere,
} from '@portcullis/issuer';
import type { Account, AccountChanges } from '@portcullis/store';
import type { ConfigOption } from '../configuration/locate.ts';
import { CliError } from '../errors.ts';
import { type Workplace, withStore } from '../storage/open.ts';
import { printable } from '../terminal/printable.ts';
import type { JsonOption, Session } from '../terminal/terminal.ts';
import { tellLink } from './add.ts';
import { findUser } from './find.ts';
import { readRoles } from './roles.ts';

export interface UpdateUserOptions extends ConfigOption {
  readonly name?: string;
  readonly email?: string;
  readonly role?: readonly string[];
  readonly administrator?: boolean;
  /** False takes it away. */
  readonly authenticator: boolean;
  readonly passkeys: boolean;
}

export async function update(session: Session, user: string, options: UpdateUserOptions): Promise<void> {
  const { name, role, administrator, authenticator, passkeys } = options;
  const email = options.email === undefined ? undefined : normalEmail(options.email);
  if (options.email !== undefined && email === undefined) {
    throw new CliError('usage', `--email ${printable(options.email)} is no email address`);
  }
  const said = [name, options.email, role, administrator].some((one) => one !== undefined);
  if (!said && authenticator && passkeys) {
    throw new CliError('usage', 'say what to change; --help shows what there is');
  }
  await change(session, user, options, async ({ configuration, store, operator }, account) => {
    const resources = resourcesOf(configuration.config);
    const plan = ({ roles }: Account): AccountChanges => ({
      ...(name !== undefined && { name }),
      ...(email !== undefined && { email, emailVerifiedAt: operator.now }),
      ...(role !== undefined && { roles: readRoles(resources, role, roles) }),
      ...(administrator !== undefined && { administrator }),
    });
    if (said) await changeAccount(store, account.id, plan, operator);
    await removeFactors(store, account.id, { authenticator: !authenticator, passkeys: !passkeys }, operator);
    return `${email ?? account.email} is changed`;
  });
}

/** Another link by which somebody chooses a password. */
export async function link(
  session: Session,
  user: string,
  options: ConfigOption & JsonOption,
): Promise<void> {
  await withStore(session, options, async ({ store, operator }) => {
    const { id, email } = await findUser(store, user);
    tellLink(session, { email, link: await newLink(store, operator.issuer, 'invitation', id, {}) }, options);
  });
}

export function disable(session: Session, user: string, options: ConfigOption): Promise<void> {
  return change(session, user, options, async ({ store, operator }, { id, email }) =>
    (await disableAccount(store, id, operator))
      ? `${email} is disabled, and signed out everywhere`
      : `${email} was so already`,
  );
}

export function enable(session: Session, user: string, options: ConfigOption): Promise<void> {
  return change(session, user, options, async ({ store, operator }, { id, email }) =>
    (await enableAccount(store, id, operator)) ? `${email} may sign in again` : `${email} was so already`,
  );
}

export function remove(session: Session, user: string, options: ConfigOption): Promise<void> {
  return change(session, user, options, async ({ store, operator }, { id, email }) => {
    await deleteAccount(store, id, operator);
    return `${email} is deleted, and signed out everywhere`;
  });
}

export function signOut(session: Session, user: string, options: ConfigOption): Promise<void> {
  return change(session, user, options, async ({ store, operator }, { id, email }) => {
    const count = await signOutEverywhere(store, id, operator);
    return `${email} is signed out of ${count} session${count === 1 ? '' : 's'}`;
  });
}

async function change(
  session: Session,
  user: string,
  options: ConfigOption,
  work: (place: Workplace, account: Account) => Promise<string>,
): Promise<void> {
  await withStore(session, options, async (place) => {
    session.note(`portcullis: ${await work(place, await findUser(place.store, user))}`);
  });
}
