import type { Client } from '@portcullis/store';
import { endpointUrl } from '../listener/public-paths.ts';

/** The client_id by which our own account pages let people sign in; nobody else can have it. */
export const ACCOUNT_CLIENT = 'portcullis-account';

/** Our own account pages, as a client: whoever opens them signs in as everywhere else. */
export function accountClient(issuer: string): Client {
  return {
    id: ACCOUNT_CLIENT,
    name: 'Your account',
    owner: 'portcullis',
    kind: 'web',
    contacts: [],
    grants: [],
    introspects: [],
    authMethod: 'none',
    jwks: undefined,
    createdAt: 0,
    disabledAt: undefined,
    lastUsedAt: undefined,
    secrets: [],
    redirectUris: [endpointUrl(issuer, '/account/signed-in')],
    postLogoutRedirectUris: [],
    backchannelLogoutUri: undefined,
    firstParty: true,
  };
}
