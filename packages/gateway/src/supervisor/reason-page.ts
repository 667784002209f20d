import { reasonNamed } from '../errors.ts';

/** What a reason code means and what to do about it, as plain text; undefined for a code that does not exist. */
export function reasonPage(code: string): string | undefined {
  const reason = reasonNamed(code);
  if (reason === undefined) return undefined;
  const { status, summary, cure } = reason;
  return `${code}\n\nAnswered with: ${status}\nCause: ${summary}\nCure: ${cure}\n`;
}
