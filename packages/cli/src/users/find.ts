import { normalEmail } from '@portcullis/issuer';
import type { Account, Store } from '@portcullis/store';
import { CliError } from '../errors.ts';
import { printable } from '../terminal/printable.ts';

/** The account of an email address, or of an id as tokens carry it in `sub`. @throws CliError when there is none */
export async function findUser(store: Store, name: string): Promise<Account> {
  const email = normalEmail(name);
  const account =
    (email === undefined ? undefined : await store.accounts.findByEmail(email)) ??
    (await store.accounts.find(name));
  if (account !== undefined) return account;
  throw new CliError(
    'notFound',
    `there is no user ${printable(name)}; "portcullis users list" shows those there are`,
  );
}
