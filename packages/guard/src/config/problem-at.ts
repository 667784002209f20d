import type { ConfigProblem } from './config-error.ts';
import type { Configuration } from './configuration.ts';
import { pathText } from './issues.ts';
import type { KeyPath } from './key-path.ts';

/** A mistake at this path of a configuration, with the place where it stands. */
export function problemAt(
  { file, locate }: Pick<Configuration, 'file' | 'locate'>,
  path: KeyPath,
  message: string,
  hint?: string,
): ConfigProblem {
  return { file, ...locate(path), path: pathText(path), message, ...(hint !== undefined && { hint }) };
}
