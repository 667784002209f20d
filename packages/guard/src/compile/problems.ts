import { ConfigError, type ConfigProblem } from '../config/config-error.ts';
import type { Configuration } from '../config/configuration.ts';
import { problemAt } from '../config/problem-at.ts';

export type KeyPath = readonly (string | number)[];

/** Collects what is wrong between the parts of a configuration, so that all of it is told at once. */
export class Problems {
  readonly #configuration: Configuration;
  readonly #found: ConfigProblem[] = [];

  constructor(configuration: Configuration) {
    this.#configuration = configuration;
  }

  report(path: KeyPath, message: string, hint?: string): void {
    this.#found.push(problemAt(this.#configuration, path, message, hint));
  }

  lineOf(path: KeyPath): number {
    return this.#configuration.locate(path).line;
  }

  /** Reports each value that an earlier one already has. */
  reportTwice(values: readonly (readonly [path: KeyPath, value: string])[], what: string): void {
    const seen = new Map<string, KeyPath>();
    for (const [path, value] of values) {
      const earlier = seen.get(value);
      if (earlier === undefined) seen.set(value, path);
      else this.report(path, `${what} stands at line ${this.lineOf(earlier)} already`);
    }
  }

  /** @throws ConfigError when anything was reported */
  throwIfAny(): void {
    if (this.#found.length > 0) throw new ConfigError(this.#found);
  }
}
