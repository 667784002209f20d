import { randomBytes } from 'node:crypto';
import type { Client } from '@portcullis/store';
import type { ClientMetadata } from 'oidc-provider';

/** Under this name a client of the library carries ours. */
export const RECORD = 'portcullis_client';

/** The library wants a secret to be there. This one is known to nobody and never compared: ours are kept as hashes. */
const PLACEHOLDER = randomBytes(32).toString('base64url');

/**
 * How long an assertion of a client may be good: so long it has to be remembered. Seconds. Libraries in wide use make theirs
 * for an hour.
 */
export const LONGEST_ASSERTION = 3_600;

/** The library's own type knows nothing of what we put beside the standard's metadata. */
export function recordOf(client: object): Client {
  return (client as Record<typeof RECORD, Client>)[RECORD];
}

/** The grants that each kind of client uses. */
const GRANT_TYPES = {
  service: ['client_credentials'],
  web: ['authorization_code', 'refresh_token'],
  spa: ['authorization_code', 'refresh_token'],
  native: ['authorization_code', 'refresh_token'],
} as const;

/** What the library needs to know of a client, with our own record beside it. */
export function metadataOf(client: Client): ClientMetadata {
  const { lastUsedAt: _changesAllTheTime, ...record } = client;
  const common = {
    client_id: client.id,
    client_name: client.name,
    application_type: client.kind === 'native' ? ('native' as const) : ('web' as const),
    grant_types: [...GRANT_TYPES[client.kind]],
    redirect_uris: [...client.redirectUris],
    post_logout_redirect_uris: [...client.postLogoutRedirectUris],
    response_types: client.kind === 'service' ? [] : (['code'] as const).slice(),
    [RECORD]: record,
  };
  if (client.authMethod === 'none') return { ...common, token_endpoint_auth_method: 'none' };
  if (client.authMethod === 'client_secret') {
    return { ...common, token_endpoint_auth_method: 'client_secret_basic', client_secret: PLACEHOLDER };
  }
  // The library reads keys as plain JSON, which is what they were read from.
  const jwks = client.jwks as ClientMetadata['jwks'];
  return { ...common, token_endpoint_auth_method: 'private_key_jwt', ...(jwks && { jwks }) };
}
