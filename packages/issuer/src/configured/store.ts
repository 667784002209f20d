import { dirname, resolve } from 'node:path';
import type { Configuration } from '@portcullis/guard';

const SQLITE = 'sqlite:';

/** The URL of the store that a configuration names, with a file's path made absolute; undefined when it names none. */
export function storeUrlOf(configuration: Configuration): string | undefined {
  const file = storeFileOf(configuration);
  return file === undefined ? configuration.config.store : SQLITE + file;
}

/** The file of the embedded database that a configuration names; undefined when it names none. */
export function storeFileOf({ config, file }: Configuration): string | undefined {
  const { store } = config;
  return store?.startsWith(SQLITE) ? resolve(dirname(file), store.slice(SQLITE.length)) : undefined;
}
