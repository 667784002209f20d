import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Configuration } from '@portcullis/guard';
import { MasterKey, StoreError } from '@portcullis/store';

/** The file of master keys that a configuration names; undefined when it brings a secret itself. */
export function masterKeyFileOf({ config, file }: Configuration): string | undefined {
  const { masterKey } = config;
  return masterKey.file === undefined ? undefined : resolve(dirname(file), masterKey.file);
}

/**
 * The master key that a configuration names, as it is whenever it is asked for: a file is read again when it has changed.
 * What is given throws StoreError `master_key_invalid` when it cannot be used.
 */
export function masterKeySource(configuration: Configuration): () => Promise<MasterKey> {
  const file = masterKeyFileOf(configuration);
  if (file === undefined) {
    const { secret = '', previous } = configuration.config.masterKey;
    let key: MasterKey | undefined;
    return async () => {
      key ??= MasterKey.fromSecrets([secret, ...previous]);
      return key;
    };
  }
  let known: { readonly version: string; readonly key: MasterKey } | undefined;
  return async () => {
    try {
      const { ino, mtimeMs, size } = await stat(file);
      const version = `${ino}/${mtimeMs}/${size}`;
      if (known?.version !== version)
        known = { version, key: MasterKey.fromFile(await readFile(file, 'utf8'), file) };
      return known.key;
    } catch (error) {
      if (error instanceof StoreError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new StoreError('master_key_invalid', `${file} cannot be read: ${why}`, { cause: error });
    }
  };
}
