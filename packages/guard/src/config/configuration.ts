import type { Config } from './schema/config.ts';

/** Where something stands in the configuration file, counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A parsed configuration that still knows where everything stands. */
export interface Configuration {
  readonly config: Config;
  /** The file's name as given, for messages. */
  readonly file: string;
  /** The place of the value at this path, or of the deepest ancestor that is there. */
  locate(path: readonly (string | number)[]): Place;
}
