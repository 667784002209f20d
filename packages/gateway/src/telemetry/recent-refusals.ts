/** How many refused requests are remembered, and how long a record of one may be. */
const MOST = 2000;
const LONGEST = 8 * 1024;

/**
 * The newest refused requests by their id, so that `explain` can ask a running system. Bounded in number and size; the
 * oldest is forgotten first.
 */
export class RecentRefusals {
  readonly #lines = new Map<string, string>();

  keep(id: string, line: string): void {
    if (line.length > LONGEST) return;
    // A trusted proxy may use an id again: then the last record counts.
    this.#lines.delete(id);
    this.#lines.set(id, line);
    if (this.#lines.size <= MOST) return;
    for (const oldest of this.#lines.keys()) {
      this.#lines.delete(oldest);
      return;
    }
  }

  /** One line of JSON, as in the access log. */
  find(id: string): string | undefined {
    return this.#lines.get(id);
  }
}
