import { dirname, resolve } from 'node:path';
import type { Configuration } from '@portcullis/guard';

const SQLITE = 'sqlite:';

/** The URL of the store that a configuration names, with a file's path made absolute; undefined when it names none. */
export function storeUrlOf({ config, file }: Configuration): string | undefined {
  const { store } = config;
  if (store === undefined || !store.startsWith(SQLITE)) return store;
  return SQLITE + resolve(dirname(file), store.slice(SQLITE.length));
}
