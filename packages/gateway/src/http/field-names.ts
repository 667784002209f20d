/**
 * A set of field names in lower case, which is asked of every field line. Most names have no name of their length to be
 * compared with; hashing each would cost more than all the rest.
 */
export class FieldNames {
  readonly #byLength: readonly (readonly string[])[];

  constructor(names: readonly string[]) {
    const longest = Math.max(...names.map(({ length }) => length));
    this.#byLength = Array.from({ length: longest + 1 }, (_, length) =>
      names.filter((name) => name.length === length),
    );
  }

  /** Whether one of them is of this length: if not, no other spelling of that length is one of them. */
  hasLength(length: number): boolean {
    return length < this.#byLength.length && (this.#byLength[length] as readonly string[]).length > 0;
  }

  has(name: string): boolean {
    if (name.length >= this.#byLength.length) return false;
    for (const one of this.#byLength[name.length] as readonly string[]) if (one === name) return true;
    return false;
  }
}
