import { dirname, resolve } from 'node:path';

/** The full path of a file that a configuration names: relative paths begin in the folder of the configuration. */
export function fileBeside(configFile: string, path: string): string {
  return resolve(dirname(configFile), path);
}
