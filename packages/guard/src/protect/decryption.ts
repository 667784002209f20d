import {
  type DecryptionKeys,
  type DecryptionPolicy,
  decryptionKeys,
  decryptionSecrets,
  PolicyError,
} from '@portcullis/token';
import type { TrustedIssuerConfig } from '../config/schema/config.ts';
import { given } from './given.ts';
import { LazyDecryptionKeys } from './lazy-decryption-keys.ts';
import type { DecryptionOptions } from './options.ts';

/** How the tokens of `protect({ decryption })` are opened. Throws {@link PolicyError}. */
export function decryptionOf({ jwks, secrets, required, ...allowed }: DecryptionOptions): DecryptionPolicy {
  if ((jwks === undefined) === (secrets === undefined)) {
    throw new PolicyError('keys_missing', 'decryption: give one of jwks and secrets');
  }
  const keys = new LazyDecryptionKeys(allowed, () =>
    secrets === undefined ? decryptionKeys(jwks, allowed) : decryptionSecrets(secrets, allowed),
  );
  return { keys, ...(required !== undefined && { required }) };
}

/** The same for an issuer of a configuration; undefined for none, and for keys in a file that nobody gave. */
export function decryptionOfConfiguration(
  { name, decryption }: TrustedIssuerConfig,
  keys: Readonly<Record<string, DecryptionKeys>> | undefined,
): DecryptionPolicy | undefined {
  if (decryption === undefined) return undefined;
  const { algorithms, encryptions, secrets, required } = decryption;
  const own = given(keys, name);
  if (own !== undefined) return { keys: own, required };
  return secrets && decryptionOf({ algorithms, encryptions, secrets, required });
}
