import { randomBytes } from 'node:crypto';
import type { Environment } from '@portcullis/guard';

/** An environment in which nothing is missing that a configuration refers to. */
export interface GivenEnvironment {
  readonly env: Environment;
  /** What stands in for each variable that is not set, by its name. */
  readonly standIns: ReadonlyMap<string, string>;
}

/**
 * Takes variables that are not set as given. A stand-in is long and random, so that it passes for a secret; nothing
 * may be signed or verified with it.
 */
export function givenEnvironment(text: string, env: Environment): GivenEnvironment {
  const names = Array.from(text.matchAll(/\$\{([A-Za-z_]\w*)\}/g), ([, name = '']) => name);
  const unset = new Set(names.filter((name) => !Object.hasOwn(env, name) || env[name] === undefined));
  const standIns = new Map(Array.from(unset, (name) => [name, `x${randomBytes(64).toString('base64url')}`]));
  return { env: { ...env, ...Object.fromEntries(standIns) }, standIns };
}
