import { stat } from 'node:fs/promises';
import { publicJwks, readRing } from '../keyring/ring.ts';

type PublicKeys = ReturnType<typeof publicJwks>;

/** The public keys of a ring, read again only when the file has changed. Rejects when it cannot be read. */
export function publicKeysOf(ringFile: string): () => Promise<PublicKeys> {
  let known: { readonly version: string; readonly jwks: PublicKeys } | undefined;
  return async () => {
    const version = await versionOf(ringFile);
    if (known !== undefined && known.version === version) return known.jwks;
    const jwks = publicJwks((await readRing(ringFile)).keys);
    known = version === undefined ? undefined : { version, jwks };
    return jwks;
  };
}

/** Undefined when the file is not there: reading it then says so in full. */
async function versionOf(file: string): Promise<string | undefined> {
  const found = await stat(file).catch(() => undefined);
  return found && `${found.ino}/${found.mtimeMs}/${found.size}`;
}
