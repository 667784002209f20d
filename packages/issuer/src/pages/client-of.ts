import type { Client } from '@portcullis/store';
import { errors } from 'oidc-provider';
import { recordOf } from '../provider/client-metadata.ts';
import type { Desk } from './desk.ts';

/** The client that an authorization request is of. */
export async function clientOf(
  { provider }: Desk,
  params: Readonly<Record<string, unknown>>,
): Promise<Client> {
  const client = await provider.Client.find(String(params['client_id']));
  if (client === undefined) throw new errors.SessionNotFound('the client is gone');
  return recordOf(client);
}
