/** Small, printable facts about one failure: safe to log, never a token, a signature or a key. */
export type Facts = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** How much of a value that a stranger controls is kept in {@link Facts}. */
const LONGEST = 200;
const MOST = 10;

/** Cuts one value read from a token down to something that fits in a log line. */
export function printable(value: unknown): string | number | boolean | null | readonly string[] {
  if (typeof value === 'string') return cut(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'boolean' || value === null) return value;
  if (value === undefined) return null;
  if (Array.isArray(value)) {
    return value.slice(0, MOST).map((item) => (typeof item === 'string' ? cut(item) : `(${kindOf(item)})`));
  }
  return '(object)';
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST).toWellFormed()}…` : text;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
