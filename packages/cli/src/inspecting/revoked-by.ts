import { existsSync } from 'node:fs';
import { type Configuration, RevocationSet, type RevokedBy } from '@portcullis/guard';
import { storeFileOf, storeUrlOf } from '@portcullis/issuer';
import type { VerifiedToken } from '@portcullis/token';
import { usingStore } from '../storage/open.ts';

/**
 * By what a token was revoked, as the store of a configuration has it; undefined when it was not, or there is no store.
 *
 * @throws CliError when the store does not answer: then nobody can tell
 */
export async function revokedBy(
  configuration: Configuration,
  token: VerifiedToken,
): Promise<RevokedBy | undefined> {
  const url = storeUrlOf(configuration);
  // A look makes no database.
  const file = storeFileOf(configuration);
  if (url === undefined || (file !== undefined && !existsSync(file))) return undefined;
  const { iss, jti, sub, client_id, azp, sid } = token.claims;
  const values = [jti, sub, client_id, azp, sid, token.header.kid].filter(
    (value) => typeof value === 'string',
  );
  return usingStore(url, async (store) => {
    const revocations = new RevocationSet();
    revocations.add(await store.revocations.about(iss ?? '', values));
    return revocations.find(token);
  });
}
