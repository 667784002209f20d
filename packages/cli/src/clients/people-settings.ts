import { redirectUriFault } from '@portcullis/issuer';
import type { Client, ClientKind } from '@portcullis/store';
import { CliError } from '../errors.ts';
import { printable } from '../terminal/printable.ts';

/** What an application has that people sign in to. */
export interface PeopleOptions {
  readonly redirectUri?: readonly string[];
  readonly postLogoutRedirectUri?: readonly string[];
  readonly backchannelLogoutUri?: string;
  readonly firstParty?: boolean;
}

/**
 * What is said of where people are sent; what is not said is left out.
 *
 * @throws CliError for a URI that cannot be compared well or would send people over plain HTTP, and for a service
 */
export function readPeopleSettings(
  kind: ClientKind,
  { redirectUri, postLogoutRedirectUri, backchannelLogoutUri, firstParty }: PeopleOptions,
): Partial<Client> {
  const given = [redirectUri, postLogoutRedirectUri, backchannelLogoutUri, firstParty];
  if (kind === 'service' && given.some((one) => one !== undefined)) {
    throw new CliError('usage', 'nobody signs in to a service: --type web, spa or native is for those');
  }
  for (const uri of redirectUri ?? []) check(uri, kind, '--redirect-uri');
  for (const uri of postLogoutRedirectUri ?? []) check(uri, kind, '--post-logout-redirect-uri');
  if (backchannelLogoutUri !== undefined) check(backchannelLogoutUri, 'web', '--backchannel-logout-uri');
  return {
    ...(redirectUri !== undefined && { redirectUris: redirectUri }),
    ...(postLogoutRedirectUri !== undefined && { postLogoutRedirectUris: postLogoutRedirectUri }),
    ...(backchannelLogoutUri !== undefined && { backchannelLogoutUri }),
    ...(firstParty !== undefined && { firstParty }),
  };
}

function check(uri: string, kind: ClientKind, flag: string): void {
  const fault = redirectUriFault(uri, kind);
  if (fault !== undefined) throw new CliError('usage', `${flag} ${printable(uri)}: ${fault}`);
}
