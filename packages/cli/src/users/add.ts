import {
  addAccount,
  hashPassword,
  newLink,
  normalEmail,
  passwordFault,
  resourcesOf,
} from '@portcullis/issuer';
import type { ConfigOption } from '../configuration/locate.ts';
import { CliError } from '../errors.ts';
import { withStore } from '../storage/open.ts';
import { columns } from '../terminal/columns.ts';
import { readInput } from '../terminal/input.ts';
import { printable } from '../terminal/printable.ts';
import type { JsonOption, Session } from '../terminal/terminal.ts';
import { readRoles } from './roles.ts';

export interface AddUserOptions extends ConfigOption, JsonOption {
  readonly name?: string;
  readonly role?: readonly string[];
  readonly administrator?: boolean;
  readonly passwordStdin?: boolean;
}

export async function add(session: Session, given: string, options: AddUserOptions): Promise<void> {
  const email = normalEmail(given);
  if (email === undefined) throw new CliError('usage', `${printable(given)} is no email address`);
  const name = options.name ?? email.slice(0, email.indexOf('@'));
  const password = options.passwordStdin ? await readPassword(session, [email, name]) : undefined;
  await withStore(session, options, async ({ configuration, store, operator }) => {
    const roles = readRoles(resourcesOf(configuration.config), options.role ?? []);
    const passwordHash = password === undefined ? undefined : await hashPassword(password);
    const account = { email, name, passwordHash, roles, administrator: options.administrator ?? false };
    const id = await addAccount(store, { ...account, emailVerified: true }, operator);
    const link =
      password === undefined ? await newLink(store, operator.issuer, 'invitation', id, {}) : undefined;
    tellLink(session, { sub: id, email, ...(link !== undefined && { link }) }, options);
  });
}

/** The link goes to where data goes, and is told nowhere else. */
export function tellLink(
  session: Session,
  facts: Readonly<Record<string, string>>,
  { json = false }: JsonOption,
): void {
  if (json) session.printJson(facts);
  else session.print(...columns(Object.entries(facts)));
  if (facts['link'] === undefined) return;
  session.note(
    'portcullis: give them the link: whoever uses it first chooses the password. It is good for 3 days',
  );
}

/** @throws CliError when it is no good password */
async function readPassword(session: Session, about: readonly string[]): Promise<string> {
  const password = (await readInput(session.terminal)).replace(/\r?\n$/, '');
  const fault = await passwordFault(password, about);
  if (fault === undefined) return password;
  throw new CliError('refused', `this password is not taken: ${FAULTS[fault]}`);
}

const FAULTS = {
  too_short: 'it needs at least 10 characters',
  too_long: 'it may have at most 256 characters',
  common: 'it is on the lists of those that are tried first',
  personal: 'it is close to the name or email address',
} as const;
