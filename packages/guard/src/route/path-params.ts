import { decoded } from '../path/decoded.ts';

/** What stands in a path for the placeholders of its pattern. Few rules ask for it, so it is decoded when they do. */
export class PathParams {
  static readonly NONE = new PathParams([], []);
  readonly #names: readonly string[];
  readonly #values: readonly string[];

  /** @param values as they stand in the canonical path, one for each name */
  constructor(names: readonly string[], values: readonly string[]) {
    this.#names = names;
    this.#values = values;
  }

  /** Decoded; undefined for a name that the pattern does not have. */
  get(name: string): string | undefined {
    const at = this.#names.indexOf(name);
    return at === -1 ? undefined : decoded(this.#values[at] ?? '');
  }
}
