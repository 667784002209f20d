import { existsSync } from 'node:fs';
import { type Configuration, RevocationSet, type RevokedBy } from '@portcullis/guard';
import { storeUrlOf } from '@portcullis/issuer';
import { openStore } from '@portcullis/store';
import type { VerifiedToken } from '@portcullis/token';
import { asStoreTrouble } from '../storage/open.ts';

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
  if (url === undefined || !isThere(url)) return undefined;
  const { iss, jti, sub, client_id, azp, sid } = token.claims;
  const values = [jti, sub, client_id, azp, sid, token.header.kid];
  try {
    const store = await openStore(url);
    try {
      const texts = values.filter((value) => typeof value === 'string');
      const revocations = new RevocationSet();
      revocations.add(await store.revocations.about(iss ?? '', texts));
      return revocations.find(token);
    } finally {
      await store.close();
    }
  } catch (error) {
    throw asStoreTrouble(error);
  }
}

/** A look makes no database. */
function isThere(url: string): boolean {
  return !url.startsWith('sqlite:') || existsSync(url.slice('sqlite:'.length));
}
